#include "api/apiresult.h"
#include "format/jsontext.h"
#include "httpd/httpstatus.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char json[] = "application/json",
		  problem[] = "application/problem+json";

/* results */

/* an enhanced status code in front goes to its place; returns where the words
 * begin */
static size_t
take_code(struct apiresult *r, const char *p, size_t n)
{
	const char *blank = n == 0 ? NULL : memchr(p, ' ', n);
	size_t len = blank == NULL ? n : (size_t)(blank - p);

	if (len < 5 || len > APIRESULT_ESC_MAX || p[1] != '.' ||
	    (p[0] != '4' && p[0] != '5'))
		return 0;
	memcpy(r->esc, p, len);
	r->esc[len] = '\0';
	return blank == NULL ? n : len + 1;
}

static int
set(struct apiresult *r, unsigned status, const char *p, size_t n)
{
	size_t at = take_code(r, p, n);

	n -= at;
	if (n > APIRESULT_TEXT_MAX)
		n = APIRESULT_TEXT_MAX;
	r->status = status;
	free(r->text);
	r->text = strndup(n == 0 ? "" : p + at, n);
	return r->text == NULL ? -1 : 0;
}

int
apiresult_refuse(struct apiresult *r, unsigned status, const char *text)
{
	return set(r, status, text, strlen(text));
}

int
apiresult_receipt(struct apiresult *r, enum receipt_kind kind, const char *p,
    size_t n)
{
	const char *blank;
	size_t len;

	if (kind != RECEIPT_OK)
		return set(r, kind == RECEIPT_TEMP ? 503 : 422, p, n);
	blank = n == 0 ? NULL : memchr(p, ' ', n);
	len = blank == NULL ? n : (size_t)(blank - p);
	r->repeated = n - len >= 9 && memcmp(blank, " repeated", 9) == 0;
	r->status = 202;
	snprintf(r->id, sizeof r->id, "%.*s", (int)len, p);
	return 0;
}

void
apiresult_free(struct apiresult *r, size_t n)
{
	size_t i;

	for (i = 0; r != NULL && i < n; i++)
		free(r[i].text);
	free(r);
}

/* texts */

static int
text(struct buf *b, const char *before, const char *s)
{
	return buf_puts(b, before) == -1 ? -1
					 : jsontext_string(b, s, strlen(s));
}

static size_t
accepted(const struct apiresult_said *s)
{
	size_t i, n = 0;

	for (i = 0; i < s->n; i++)
		n += s->result[i].status == 202;
	return n;
}

/* the first that was not accepted; NULL: all were */
static const struct apiresult *
refused(const struct apiresult_said *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->result[i].status != 202)
			return &s->result[i];
	return NULL;
}

/* one message, as a member of a list or alone */
static int
one(struct buf *b, const struct apiresult *r)
{
	if (r->status == 202)
		return text(b, "{\"id\":", r->id) == -1 ||
			buf_puts(b, r->repeated ? ",\"repeated\":true" : "") ==
			    -1
		    ? -1
		    : buf_puts(b, "}");
	if (buf_printf(b, "{\"status\":%u", r->status) == -1 ||
	    text(b, ",\"detail\":", r->text) == -1 ||
	    (r->esc[0] != '\0' && text(b, ",\"esc\":", r->esc) == -1))
		return -1;
	return buf_puts(b, "}");
}

/* what we say of a single message */
static unsigned
single(struct buf *b, const struct apiresult *r, const char **type)
{
	if (r->status == 202)
		return one(b, r) == -1 || buf_putc(b, '\n') == -1 ? 0 : 202;
	*type = problem;
	return httpstatus_problem(b, r->status,
		   (struct slice){ r->text, strlen(r->text) },
		   r->esc[0] == '\0' ? NULL : r->esc) == -1
	    ? 0
	    : r->status;
}

/* of several: 202 when all are accepted; the status of all, where they are refused
 * alike; else 207 */
static unsigned
list_status(const struct apiresult_said *s, size_t good)
{
	size_t i;

	if (good == s->n)
		return 202;
	for (i = 1; i < s->n; i++)
		if (s->result[i].status != s->result[0].status)
			return 207;
	return s->n == 0 ? 202 : s->result[0].status;
}

static unsigned
list(struct buf *b, const struct apiresult_said *s)
{
	size_t good = accepted(s), i;

	if (buf_printf(b, "{\"accepted\":%zu,\"refused\":%zu,\"results\":[",
		good, s->n - good) == -1)
		return 0;
	for (i = 0; i < s->n; i++)
		if (buf_puts(b, i == 0 ? "\n" : ",\n") == -1 ||
		    one(b, &s->result[i]) == -1)
			return 0;
	return buf_puts(b, "]}\n") == -1 ? 0 : list_status(s, good);
}

/* KumoMTA */

/* whom, or why, of those that were refused */
static int
kumo_list(struct buf *b, const struct apiresult_said *s, int why)
{
	const char *comma = "";
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct apiresult *r = &s->result[i];

		if (r->status == 202)
			continue;
		if (text(b, comma, why ? r->text : s->rcpt(s->arg, i)) == -1)
			return -1;
		comma = ",";
	}
	return 0;
}

static unsigned
kumo(struct buf *b, const struct apiresult_said *s)
{
	size_t good = accepted(s);
	const struct apiresult *bad = refused(s);

	if (buf_printf(b,
		"{\"success_count\":%zu,\"fail_count\":%zu,"
		"\"failed_recipients\":[",
		good, s->n - good) == -1 ||
	    kumo_list(b, s, 0) == -1 || buf_puts(b, "],\"errors\":[") == -1 ||
	    kumo_list(b, s, 1) == -1 || buf_puts(b, "]}\n") == -1)
		return 0;
	/* who is to come again must not read that all is well */
	return good > 0 || bad == NULL ? 200 : bad->status;
}

/* Postal: all recipients of the one message have its id */
static unsigned
postal(struct buf *b, const struct apiresult_said *s)
{
	const struct apiresult *r = &s->result[0];
	const char *p, *comma, *before = "";

	if (r->status != 202) {
		if (text(b,
			"{\"status\":\"error\",\"time\":0,\"flags\":{},"
			"\"data\":{\"code\":\"NotAccepted\",\"message\":",
			r->text) == -1 ||
		    buf_puts(b, "}}\n") == -1)
			return 0;
		return r->status;
	}
	if (text(b,
		"{\"status\":\"success\",\"time\":0,\"flags\":{},\"data\":"
		"{\"message_id\":",
		r->id) == -1 ||
	    buf_puts(b, ",\"messages\":{") == -1)
		return 0;
	for (p = s->rcpt(s->arg, 0); *p != '\0'; p = comma + (*comma != '\0')) {
		comma = p + strcspn(p, ",");
		if (buf_puts(b, before) == -1 ||
		    jsontext_string(b, p, (size_t)(comma - p)) == -1 ||
		    text(b, ":{\"id\":", r->id) == -1 ||
		    text(b, ",\"token\":", r->id) == -1 ||
		    buf_putc(b, '}') == -1)
			return 0;
		before = ",";
	}
	return buf_puts(b, "}}}\n") == -1 ? 0 : 200;
}

/* SES: {"MessageId": ...}, or {"message": ...} */
static unsigned
ses(struct buf *b, const struct apiresult *r)
{
	int good = r->status == 202;

	if (text(b, good ? "{\"MessageId\":" : "{\"message\":",
		good ? r->id : r->text) == -1 ||
	    buf_puts(b, "}\n") == -1)
		return 0;
	return good ? 200 : r->status == 422 ? 400 : r->status;
}

unsigned
apiresult_say(struct buf *b, const struct apiresult_said *s, const char **type)
{
	*type = json;
	switch (s->route) {
	case APIROUTE_KUMO: return kumo(b, s);
	case APIROUTE_POSTAL_RAW:
	case APIROUTE_POSTAL: return postal(b, s);
	case APIROUTE_SES: return ses(b, &s->result[0]);
	default: return s->batch ? list(b, s) : single(b, &s->result[0], type);
	}
}
