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
