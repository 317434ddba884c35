/*
 * Splunk's HTTP Event Collector: objects one after the other, the event in
 * "event".  With ack=yes the answer says a number, and later another request
 * whether what had it is safe in the index: where the token has no indexer
 * acknowledgment there is no number, and nothing would ever be known.
 * https://docs.splunk.com/Documentation/Splunk/latest/Data/FormateventsforHTTPEventCollector
 * https://docs.splunk.com/Documentation/Splunk/latest/Data/AboutHECIDXAck
 */
#include "ship/bulkanswer.h"
#include "ship/httpform.h"
#include "ship/shipjson.h"
#include <stdio.h>
#include <string.h>

static int
member(struct buf *b, const char *name, const char *value)
{
	if (value == NULL)
		return 0;
	return buf_printf(b, ",\"%s\":", name) == -1
	    ? -1
	    : jsontext_string(b, value, strlen(value));
}

static int
put_one(struct httpform *f, const struct ship_event *ev, struct buf *b)
{
	int64_t us = httpform_us(f, ev);
	const char *host = shipkeys_text(f->keys, "host");

	return buf_printf(b, "{\"time\":%lld.%06u", (long long)(us / 1000000),
		   (unsigned)(us % 1000000)) == -1 ||
		member(b, "host", host != NULL ? host : f->host) == -1 ||
		member(b, "source", shipkeys_text(f->keys, "source")) == -1 ||
		member(b, "sourcetype", shipkeys_text(f->keys, "sourcetype")) ==
		    -1 ||
		member(b, "index", shipkeys_text(f->keys, "index")) == -1 ||
		buf_puts(b, ",\"event\":") == -1 ||
		shipjson_event(b, ev->line, ev->len, 0) == -1
	    ? -1
	    : buf_puts(b, "}\n");
}

/*
 * 400 with a code: 6, what cannot be read, 12 and 13, an event that is missing or
 * blank, are of the event whose number is said; those before it may be there
 * already.  7, an index that this token may not use, 5, 10 and 11, a channel, are
 * the site's.
 */
static int
splunk_judge(struct httpform *f, const struct https_answer *a,
    struct httpverdict *v, struct shipmarks *m, size_t from, size_t n)
{
	long code, at;

	f->ack = -1;
	if (v->kind == 'K')
		f->ack = bulkanswer_number(a->body, a->n, "ackId", -1);
	if (v->kind == 'K' && f->ack == -1 &&
	    shipkeys_num(f->keys, "ack") == 1) {
		v->kind = 'Z';
		v->fault = 1;
		snprintf(v->text, sizeof v->text,
		    "%ld: ack=yes, but the answer has no ackId", a->status);
	}
	if (v->kind != 'D')
		return 0;
	code = bulkanswer_number(a->body, a->n, "code", -1);
	at = bulkanswer_number(a->body, a->n, "invalid-event-number", -1);
	if (code == 5 || code == 7 || code == 10 || code == 11) {
		v->kind = 'Z';
		v->fault = 1;
	} else if (at >= 0 && (size_t)at < n) {
		shipmarks_set(m, from, n, 'Z', "beside one that is refused");
		shipmarks_set(m, from + (size_t)at, 1, 'D', v->text);
		return 1;
	}
	return 0;
}

const struct httpkind httpkind_splunk = {
	.name = "splunk",
	.path = "/services/collector/event",
	.type = "application/json",
	.one = put_one,
	.judge = splunk_judge,
};
