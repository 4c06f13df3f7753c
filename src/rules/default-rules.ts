/**
 * The rules a fresh installation starts with, as the text of a rule file: what nearly everybody wants to be told, each
 * with one severity, a `for` that outlasts ordinary peaks, and a description that says what to do. `critical` means
 * somebody should look now, `warning` today.
 */
export const DEFAULT_RULES_YAML = `groups:
  - name: targets
    rules:
      - alert: TargetDown
        expr: up == 0
        for: 3m
        labels:
          severity: critical
        annotations:
          summary: '{{ $labels.job }} on {{ $labels.instance }} cannot be reached'
          description: >-
            No metrics have come from {{ $labels.instance }} for at least 3 minutes. Check that the machine is up and that
            the program answers at its metrics address. The Targets page shows the last error.
      - alert: LabelGrows
        expr: max by (scrape_job) (barograph_target_growing_labels) > 0
        for: 15m
        labels:
          severity: warning
        annotations:
          summary: 'A label of {{ $labels.scrape_job }} gets ever new values'
          description: >-
            Each value makes new series, without end: a request id, a user name or a time in a label is the usual cause. The
            Targets page names the label below job {{ $labels.scrape_job }}, with the rule that helps until the program
            leaves it out.
      - alert: TooManyNewSeries
        expr: >-
          sum by (job) (sum_over_time(scrape_series_added[1h])) > 10000
          and
          sum by (job) (sum_over_time(scrape_series_added[1h])) > 2 * sum by (job) (scrape_samples_post_metric_relabeling)
          unless on (job)
          label_replace(max by (scrape_job) (barograph_target_growing_labels) > 0, "job", "$1", "scrape_job", "(.+)")
        for: 30m
        labels:
          severity: warning
        annotations:
          summary: '{{ $labels.job }} makes {{ $value | humanize }} new series an hour'
          description: >-
            The series of job {{ $labels.job }} are replaced faster than they are used, which costs memory and disk. Look at
            the Status page for the label with the most values; a request id, a user name or a time in a label is the usual
            cause. Remove the label in the program, or drop it with metric_relabel_configs.

      - alert: NewSeriesRefused
        expr: sum by (scrape_job, reason) (increase(barograph_head_series_refused_total[5m])) > 0
        keep_firing_for: 15m
        labels:
          severity: critical
        annotations:
          summary: 'New series of {{ $labels.scrape_job }} are refused: too many'
          description: >-
            Job {{ $labels.scrape_job }} has reached a limit of storage.tsdb.series_limits (of {{ $labels.reason }}). Its
            new series are not stored, everything else is. Look at the Status page for the label with the most values and
            drop it with metric_relabel_configs, or raise the limit.

  - name: machines
    rules:
      - alert: DiskFillingUp
        expr: >-
          predict_linear(node_filesystem_avail_bytes{fstype!~"tmpfs|ramfs|squashfs|overlay|iso9660"}[1h], 4 * 3600) < 0
          and
          node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.4
          and
          node_filesystem_readonly == 0
        for: 15m
        keep_firing_for: 15m
        labels:
          severity: critical
        annotations:
          summary: 'Disk {{ $labels.mountpoint }} on {{ $labels.instance }} will be full within 4 hours'
          description: >-
            At the pace of the last hour no space will be left on {{ $labels.mountpoint }} ({{ $labels.device }}) of
            {{ $labels.instance }} within 4 hours. Find out what is growing, then delete, move or enlarge.
      - alert: MemoryPressure
        expr: node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.1
        for: 10m
        keep_firing_for: 5m
        labels:
          severity: warning
        annotations:
          summary: '{{ $labels.instance }} has only {{ $value | humanizePercentage }} of its memory left'
          description: >-
            Less than a tenth of the memory of {{ $labels.instance }} has been available for 10 minutes; soon the kernel will
            kill a process. Find the process that grew, restart or limit it, or add memory.
      - alert: CpuSaturated
        expr: >-
          avg by (job, instance) (
            sum by (job, instance, cpu) (rate(node_cpu_seconds_total{mode!~"idle|iowait|steal"}[5m]))
          ) > 0.9
        for: 15m
        keep_firing_for: 5m
        labels:
          severity: warning
        annotations:
          summary: 'The CPUs of {{ $labels.instance }} are {{ $value | humanizePercentage }} busy'
          description: >-
            All CPUs of {{ $labels.instance }} together have been more than 90% busy for 15 minutes, so that work has to
            wait. Find the busiest process, spread the load, or add CPUs.

  - name: monitoring
    rules:
      - alert: WalFailing
        expr: >-
          increase(prometheus_tsdb_wal_writes_failed_total[5m]) > 0
          or
          increase(prometheus_tsdb_wal_corruptions_total[5m]) > 0
        keep_firing_for: 15m
        labels:
          severity: critical
        annotations:
          summary: 'Samples cannot be written safely on {{ $labels.instance }}'
          description: >-
            Writing the write-ahead log failed or part of it was unreadable: samples may be lost when the program restarts.
            Check that the disk of the data directory has space and no errors; the log names the file.
      - alert: RuleEvaluationFailing
        expr: sum by (instance, rule_group) (increase(prometheus_rule_evaluation_failures_total[5m])) > 0
        for: 10m
        labels:
          severity: warning
        annotations:
          summary: 'Rules of {{ $labels.rule_group }} fail'
          description: >-
            Rules of group {{ $labels.rule_group }} have been failing for 10 minutes, so that alerts may be missing. The Rules
            page shows the error of each rule.
      - alert: NotificationsFailing
        expr: sum by (instance, receiver_name, integration) (increase(alertmanager_notifications_failed_total[10m])) > 0
        for: 5m
        keep_firing_for: 10m
        labels:
          severity: critical
        annotations:
          summary: '{{ $labels.receiver_name }} cannot be told by {{ $labels.integration }}'
          description: >-
            Notifications to {{ $labels.receiver_name }} have been failing: nobody there hears of alerts. The Notifications
            page shows each failure with the answer that came; a test from the Receivers page shows when it works again.
      - alert: ConfigurationNotLoaded
        expr: >-
          prometheus_config_last_reload_successful == 0
          or
          alertmanager_config_last_reload_successful == 0
        for: 5m
        labels:
          severity: critical
        annotations:
          summary: 'The configuration of {{ $labels.instance }} could not be loaded again'
          description: >-
            A changed configuration of {{ $labels.instance }} has a mistake: the one before is still used, and would be
            missing after a restart. The Status page and the log name the file and the line; correct it and load it again.
`;
