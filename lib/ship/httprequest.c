#include "ship/httprequest.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/gzip.h"
#include "ship/bulkanswer.h"
#include <stdio.h>
#include <string.h>

/* the URL */

/* a tenant's name where {tenant} stands */
static int
put_place(struct buf *b, const char *p, const char *tenant)
{
	const char *at;

	while ((at = strstr(p, "{tenant}")) != NULL) {
		if (buf_put(b, p, (size_t)(at - p)) == -1 ||
		    httpform_escape(b, tenant, strlen(tenant)) == -1)
			return -1;
		p = at + strlen("{tenant}");
	}
	return buf_puts(b, p);
}

/* has it a path, beside / alone? */
static int
has_path(const char *url)
{
	const char *host = strstr(url, "://"), *p;

	p = host == NULL ? url : host + 3;
	p += strcspn(p, "/?");
	return *p == '?' || (p[0] == '/' && p[1] != '\0');
}

static const char *
path_of(const struct httplink *l)
{
	const struct httpkind *k = l->form.kind;

	return k->other_key != NULL && shipkeys_given(l->keys, k->other_key)
	    ? k->other_path
	    : k->path;
}

static int
put_url(struct httplink *l, const struct httprequest_to *to,
    const struct ship_event *ev, size_t n)
{
	struct buf *b = &l->url;
	const char *url = to->url != NULL ? to->url : l->keys->place;
	size_t at;

	buf_clear(b);
	if (put_place(b, url, to->tenant) == -1)
		return -1;
	while (buf_len(b) > 0 && b->p[b->end - 1] == '/' &&
	    (!has_path(url) || l->form.kind->single))
		b->end--;
	if (!has_path(url) && buf_puts(b, path_of(l)) == -1)
		return -1;
	at = buf_len(b);
	if (l->form.kind->place != NULL &&
	    l->form.kind->place(&l->form, ev, n, b) == -1)
		return -1;
	if (buf_len(b) > at && buf_data(b)[at] == '?' &&
	    memchr(buf_data(b), '?', at) != NULL)
		buf_data(b)[at] = '&';
	return buf_putc(b, '\0');
}

/* fields */

static int
add(struct httplink *l, const char *name, const char *value)
{
	if (value == NULL || l->n_fields == HTTPCALL_FIELDS_MAX)
		return 0;
	l->field[l->n_fields++] = buf_len(&l->fields);
	return buf_printf(&l->fields, "%s: %s", name, value) == -1 ||
		buf_putc(&l->fields, '\0') == -1
	    ? -1
	    : 0;
}

/* a word alone is the token, and gets the scheme of its kind */
static int
add_token(struct httplink *l)
{
	static const char *const schemes[][2] = { { "splunk", "Splunk" },
		{ "influx", "Token" }, { "elastic", "ApiKey" },
		{ "opensearch", "ApiKey" } };
	const char *scheme = "Bearer", *token = l->token.text;
	struct buf b = { 0 };
	size_t i;
	int bad;

	if (token == NULL)
		return 0;
	if (strchr(token, ' ') != NULL)
		return add(l, "Authorization", token);
	for (i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
		if (strcmp(schemes[i][0], l->form.kind->name) == 0)
			scheme = schemes[i][1];
	bad = buf_printf(&b, "%s %s", scheme, token) == -1 ||
	    buf_putc(&b, '\0') == -1 ||
	    add(l, "Authorization", buf_data(&b)) == -1;
	buf_wipe(&b);
	return bad ? -1 : 0;
}

static int
add_user(struct httplink *l)
{
	struct buf b = { 0 };
	int bad;

	if (l->user.text == NULL)
		return 0;
	bad = buf_puts(&b, "Basic ") == -1 ||
	    base64_put(&b, l->user.text, strlen(l->user.text)) == -1 ||
	    buf_putc(&b, '\0') == -1 ||
	    add(l, "Authorization", buf_data(&b)) == -1;
	buf_wipe(&b);
	return bad ? -1 : 0;
}

/* a line each; those that are none were refused when the file was read */
static int
add_header(struct httplink *l)
{
	const char *p = l->header.text;
	size_t n;

	for (; p != NULL && *p != '\0'; p += n + strspn(p + n, "\r\n")) {
		n = strcspn(p, "\r\n");
		if (n == 0 || p[0] == '#')
			continue;
		if (l->n_fields == HTTPCALL_FIELDS_MAX)
			return 0;
		l->field[l->n_fields++] = buf_len(&l->fields);
		if (buf_put(&l->fields, p, n) == -1 ||
		    buf_putc(&l->fields, '\0') == -1)
			return -1;
	}
	return 0;
}

/* over what is sent, compressed if it is */
static int
add_signature(struct httplink *l, const char *secret,
    const struct ship_event *ev, size_t n, const struct buf *body)
{
	char id[HOOKSIGN_ID_LEN + 1], now[24];
	int64_t now_s = clock_wall_s();
	struct buf b = { 0 };
	int bad;

	hooksign_id(ev, n, id);
	snprintf(now, sizeof now, "%lld", (long long)now_s);
	if (add(l, "webhook-id", id) == -1 ||
	    add(l, "webhook-timestamp", now) == -1)
		return -1;
	if (secret == NULL)
		return 0;
	bad = hooksign_put(&b, secret, id, now_s, buf_data(body),
		  buf_len(body)) == -1 ||
	    buf_putc(&b, '\0') == -1 ||
	    add(l, "webhook-signature", buf_data(&b)) == -1;
	buf_free(&b);
	return bad ? -1 : 0;
}

static int
is_hook(const struct httplink *l)
{
	return l->form.kind == &httpkind_webhook ||
	    l->form.kind == &httpkind_http;
}

static const char *
type_of(const struct httplink *l)
{
	static const char *const formats[] = { "application/x-ndjson",
		"application/json", "text/plain; charset=utf-8", "text/csv" };
	const char *said = shipkeys_text(l->keys, "content-type");

	if (said != NULL)
		return said;
	return l->form.kind->type != NULL
	    ? l->form.kind->type
	    : formats[shipkeys_num(l->keys, "format") & 3];
}

static int
put_fields(struct httplink *l, int zipped)
{
	l->n_fields = 0;
	buf_clear(&l->fields);
	if (add(l, "Content-Type", type_of(l)) == -1 ||
	    (zipped && add(l, "Content-Encoding", "gzip") == -1) ||
	    add_user(l) == -1 || add_token(l) == -1 || add_header(l) == -1)
		return -1;
	if (l->form.kind == &httpkind_splunk &&
	    shipkeys_num(l->keys, "ack") == 1)
		return add(l, "X-Splunk-Request-Channel", l->channel);
	if (l->form.kind == &httpkind_riak)
		return add(l, "If-None-Match", "*");
	return l->form.kind == &httpkind_loki
	    ? add(l, "X-Scope-OrgID", shipkeys_text(l->keys, "tenant"))
	    : 0;
}

/* all of it */

static void
call(struct httplink *l, const char *method, const struct buf *body,
    struct https_answer *a)
{
	const char *fields[HTTPCALL_FIELDS_MAX];
	struct httpcall_request r = { .method = method,
		.url = buf_data(&l->url),
		.fields = fields,
		.n_fields = l->n_fields,
		.body = buf_data(body),
		.n = buf_len(body) };
	size_t i;

	for (i = 0; i < l->n_fields; i++)
		fields[i] = buf_data(&l->fields) + l->field[i];
	httpcall(&l->call, &r, a);
}

static const char *
method_of(const struct httplink *l)
{
	const char *said = shipkeys_text(l->keys, "method");

	if (said != NULL)
		return said;
	return l->form.kind == &httpkind_riak ? "PUT" : "POST";
}

int
httprequest_send(struct httplink *l, const struct httprequest_to *to,
    const struct ship_event *ev, size_t n, struct https_answer *a)
{
	struct buf *body = &l->body;
	int zip = shipkeys_num(l->keys, "gzip") == 1;

	buf_clear(body);
	l->verdict = (struct httpverdict){ .kind = 'K', .seconds = -1 };
	memset(a, 0, sizeof *a);
	if (httpform_body(&l->form, ev, n, body) == -1)
		return -1;
	if (buf_len(body) == 0)
		return 0;
	if (zip) {
		buf_clear(&l->zipped);
		if (gzip_put(&l->zipped, buf_data(body), buf_len(body)) == -1)
			die(EXIT_TEMP, "unable to compress: %m");
		body = &l->zipped;
	}
	if (put_url(l, to, ev, n) == -1 || put_fields(l, zip) == -1 ||
	    (is_hook(l) && add_signature(l, to->secret, ev, n, body) == -1))
		return -1;
	call(l, method_of(l), body, a);
	httpverdict(&l->verdict, a, httpcall_field(&l->call, "Retry-After"),
	    clock_wall_s());
	return 0;
}

int
httprequest_acked(struct httplink *l, const struct httprequest_to *to)
{
	struct https_answer a;
	struct buf b = { 0 };
	char *path;
	int is = 0;

	if (put_url(l, to, NULL, 0) == -1 || put_fields(l, 0) == -1)
		return 0;
	/* /services/collector/event and /services/collector/ack */
	path = strstr(buf_data(&l->url), "/collector");
	if (path == NULL)
		return 0;
	path += strlen("/collector");
	l->url.end = (size_t)(path - l->url.p);
	if (buf_puts(&l->url, "/ack?channel=") == 0 &&
	    buf_puts(&l->url, l->channel) == 0 &&
	    buf_putc(&l->url, '\0') == 0 &&
	    buf_printf(&b, "{\"acks\":[%ld]}", l->form.ack) == 0) {
		call(l, "POST", &b, &a);
		is = a.fault == HTTPS_GOOD && a.status == 200 &&
		    bulkanswer_acked(a.body, a.n, l->form.ack);
	}
	buf_free(&b);
	return is;
}
