/**
 * The templates that receivers use unless the configuration says otherwise. The names are Alertmanager's, since
 * configurations refer to them; files of `templates:` may define any of them anew.
 */
export const DEFAULT_TEMPLATES = `
{{- define "__alertmanager" }}Alertmanager{{ end -}}
{{- define "__alertmanagerURL" }}{{ .ExternalURL }}/alerts?receiver={{ urlquery .Receiver }}{{ end -}}

{{- define "__subject" -}}
  {{- $count := "" }}{{ if eq .Status "firing" }}{{ $count = printf ":%d" (len .Alerts.Firing) }}{{ end -}}
  {{- $others := .CommonLabels.Remove .GroupLabels.Names -}}
  [{{ toUpper .Status }}{{ $count }}] {{ join " " .GroupLabels.SortedPairs.Values }} {{ if $others }}({{ join " " $others.Values }}){{ end -}}
{{- end -}}

{{- define "__text_alert_list" -}}
  {{- range . }}{{ or .Annotations.summary .Annotations.description .Labels.alertname }}
  since {{ .StartsAt.Format "2006-01-02 15:04:05 MST" }}{{ if eq .Status "resolved" }}, until {{ .EndsAt.Format "2006-01-02 15:04:05 MST" }}{{ end }}
{{- range .Labels.SortedPairs }}
  {{ .Name }} = {{ .Value }}
{{- end }}
{{- range .Annotations.SortedPairs }}{{ if ne .Name "summary" }}
  {{ .Name }}: {{ .Value }}
{{- end }}{{ end }}
{{- with .GeneratorURL }}
  {{ . }}
{{- end }}
{{ end }}
{{- end -}}

{{- define "slack.default.title" }}{{ template "__subject" . }}{{ end -}}
{{- define "slack.default.username" }}{{ template "__alertmanager" . }}{{ end -}}
{{- define "slack.default.fallback" }}{{ template "slack.default.title" . }} | {{ template "slack.default.titlelink" . }}{{ end -}}
{{- define "slack.default.callbackid" }}{{ end -}}
{{- define "slack.default.pretext" }}{{ end -}}
{{- define "slack.default.titlelink" }}{{ template "__alertmanagerURL" . }}{{ end -}}
{{- define "slack.default.iconemoji" }}{{ end -}}
{{- define "slack.default.iconurl" }}{{ end -}}
{{- define "slack.default.text" }}{{ end -}}
{{- define "slack.default.footer" }}{{ end -}}
{{- define "slack.default.color" }}{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}{{ end -}}

{{- define "pagerduty.default.description" }}{{ template "__subject" . }}{{ end -}}
{{- define "pagerduty.default.client" }}{{ template "__alertmanager" . }}{{ end -}}
{{- define "pagerduty.default.clientURL" }}{{ template "__alertmanagerURL" . }}{{ end -}}
{{- define "pagerduty.default.instances" }}{{ template "__text_alert_list" . }}{{ end -}}

{{- define "__text_sections" -}}
{{- with .CommonAnnotations.SortedPairs.Values }}{{ join " " . }}
{{ end -}}
{{- template "__text_states" . -}}
{{- end -}}

{{- define "__text_states" -}}
{{- if .Alerts.Firing }}{{ len .Alerts.Firing }} firing:
{{ template "__text_alert_list" .Alerts.Firing }}{{ end -}}
{{- if .Alerts.Resolved }}{{ len .Alerts.Resolved }} resolved:
{{ template "__text_alert_list" .Alerts.Resolved }}{{ end -}}
{{- end -}}

{{- define "__markdown_states" -}}
{{- if .Alerts.Firing }}# {{ len .Alerts.Firing }} firing
{{ template "__markdown_alert_list" .Alerts.Firing }}{{ end -}}
{{- if .Alerts.Resolved }}# {{ len .Alerts.Resolved }} resolved
{{ template "__markdown_alert_list" .Alerts.Resolved }}{{ end -}}
{{- end -}}

{{- define "__markdown_alert_list" -}}
{{- range . }}
**{{ or .Annotations.summary .Annotations.description .Labels.alertname }}**

{{ range .Labels.SortedPairs }}- {{ .Name }}: {{ .Value }}
{{ end -}}
{{- range .Annotations.SortedPairs }}{{ if ne .Name "summary" }}- {{ .Name }}: {{ .Value }}
{{ end }}{{ end -}}
{{- with .GeneratorURL }}
[Source]({{ . }})
{{ end }}{{ end -}}
{{- end -}}

{{- define "opsgenie.default.message" }}{{ template "__subject" . }}{{ end -}}
{{- define "opsgenie.default.description" }}{{ template "__text_sections" . }}{{ end -}}
{{- define "opsgenie.default.source" }}{{ template "__alertmanagerURL" . }}{{ end -}}

{{- define "wechat.default.message" }}{{ template "__subject" . }}
{{ template "__text_sections" . }}{{ template "__alertmanagerURL" . }}{{ end -}}
{{- define "wechat.default.to_user" }}{{ end -}}
{{- define "wechat.default.to_party" }}{{ end -}}
{{- define "wechat.default.to_tag" }}{{ end -}}
{{- define "wechat.default.agent_id" }}{{ end -}}

{{- define "victorops.default.state_message" }}{{ template "__text_sections" . }}{{ end -}}
{{- define "victorops.default.entity_display_name" }}{{ template "__subject" . }}{{ end -}}
{{- define "victorops.default.monitoring_tool" }}{{ template "__alertmanager" . }}{{ end -}}

{{- define "pushover.default.title" }}{{ template "__subject" . }}{{ end -}}
{{- define "pushover.default.message" }}{{ template "__text_sections" . }}{{ end -}}
{{- define "pushover.default.url" }}{{ template "__alertmanagerURL" . }}{{ end -}}

{{- define "sns.default.subject" }}{{ template "__subject" . }}{{ end -}}
{{- define "sns.default.message" }}{{ template "__text_sections" . }}{{ end -}}

{{- define "telegram.default.message" }}{{ template "__text_states" . }}{{ end -}}

{{- define "discord.default.content" }}{{ end -}}
{{- define "discord.default.title" }}{{ template "__subject" . }}{{ end -}}
{{- define "discord.default.message" }}{{ template "__text_states" . }}{{ end -}}

{{- define "webex.default.message" }}{{ template "__text_sections" . }}{{ end -}}

{{- define "msteams.default.summary" }}{{ template "__subject" . }}{{ end -}}
{{- define "msteams.default.title" }}{{ template "__subject" . }}{{ end -}}
{{- define "msteams.default.text" }}{{ template "__markdown_states" . }}{{ end -}}
{{- define "msteamsv2.default.title" }}{{ template "__subject" . }}{{ end -}}
{{- define "msteamsv2.default.text" }}{{ template "__markdown_states" . }}{{ end -}}

{{- define "jira.default.summary" }}{{ template "__subject" . }}{{ end -}}
{{- define "jira.default.description" }}{{ template "__markdown_states" . }}{{ end -}}
{{- define "jira.default.priority" -}}
{{- $alerts := or .Alerts.Firing .Alerts.Resolved -}}
{{- $rank := 0 -}}
{{- range $alerts -}}
  {{- if eq .Labels.severity "critical" }}{{ $rank = 3 }}
  {{- else if and (eq .Labels.severity "warning") (lt $rank 2) }}{{ $rank = 2 }}
  {{- else if and (eq .Labels.severity "info") (lt $rank 1) }}{{ $rank = 1 }}{{ end -}}
{{- end -}}
{{- if eq $rank 3 }}High{{ else if eq $rank 2 }}Medium{{ else if eq $rank 1 }}Low{{ end -}}
{{- end -}}

{{- define "rocketchat.default.title" }}{{ template "__subject" . }}{{ end -}}
{{- define "rocketchat.default.alias" }}{{ template "__alertmanager" . }}{{ end -}}
{{- define "rocketchat.default.titlelink" }}{{ template "__alertmanagerURL" . }}{{ end -}}
{{- define "rocketchat.default.emoji" }}{{ end -}}
{{- define "rocketchat.default.iconurl" }}{{ end -}}
{{- define "rocketchat.default.text" }}{{ end -}}

{{- define "mattermost.default.color" }}{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}{{ end -}}
{{- define "mattermost.default.username" }}{{ template "__alertmanager" . }}{{ end -}}
{{- define "mattermost.default.title" }}{{ template "__subject" . }}{{ end -}}
{{- define "mattermost.default.titlelink" }}{{ template "__alertmanagerURL" . }}{{ end -}}
{{- define "mattermost.default.fallback" }}{{ template "mattermost.default.title" . }} | {{ template "mattermost.default.titlelink" . }}{{ end -}}
{{- define "mattermost.default.text" }}{{ template "__markdown_states" . }}{{ end -}}

{{- define "email.default.subject" }}{{ template "__subject" . }}{{ end -}}
{{- define "email.default.html" -}}
<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{{ template "__subject" . }}</title></head>
<body style="margin:0;padding:16px;font-family:Helvetica,Arial,sans-serif;font-size:14px;color:#222;background:#f4f4f4">
<table role="presentation" width="100%" style="max-width:640px;margin:0 auto;background:#fff;border-collapse:collapse">
<tr><td style="padding:14px 16px;color:#fff;background:{{ if eq .Status "firing" }}#b3261e{{ else }}#1e7d45{{ end }}">
<strong>{{ len .Alerts }} alert{{ if ne (len .Alerts) 1 }}s{{ end }}</strong>
{{- range .GroupLabels.SortedPairs }} {{ .Name }}={{ .Value }}{{ end }}</td></tr>
<tr><td style="padding:12px 16px"><a href="{{ template "__alertmanagerURL" . }}">Show in Barograph</a></td></tr>
{{ if .Alerts.Firing }}{{ template "__html_heading" (printf "%d firing" (len .Alerts.Firing)) }}{{ template "__html_alert_list" .Alerts.Firing }}{{ end -}}
{{ if .Alerts.Resolved }}{{ template "__html_heading" (printf "%d resolved" (len .Alerts.Resolved)) }}{{ template "__html_alert_list" .Alerts.Resolved }}{{ end -}}
</table></body></html>
{{- end -}}

{{- define "__html_heading" }}<tr><td style="padding:8px 16px;border-top:1px solid #ddd"><strong>{{ . }}</strong></td></tr>
{{ end -}}

{{- define "__html_alert_list" -}}
{{ range . }}<tr><td style="padding:8px 16px;border-top:1px solid #eee">
<strong>{{ or .Annotations.summary .Labels.alertname }}</strong><br>
{{ range .Labels.SortedPairs }}{{ .Name }} = {{ .Value }}<br>
{{ end }}{{ range .Annotations.SortedPairs }}<em>{{ .Name }}</em>: {{ .Value }}<br>
{{ end }}{{ if match "^https?://" .GeneratorURL }}<a href="{{ .GeneratorURL }}">Source</a>{{ end }}
</td></tr>
{{ end }}
{{- end -}}
`;
