#include "tlsrpt/rptjson.h"
#include "format/jsontext.h"
#include "mail/date.h"
#include <string.h>

/* one member of an object, and what stands between it and the one before */
static int
put_member(struct buf *b, const char *before, const char *name, const char *p)
{
	return buf_printf(b, "%s\"%s\": ", before, name) == -1 ||
		jsontext_string(b, p, strlen(p)) == -1
	    ? -1
	    : 0;
}

/* the same, unless it is "" */
static int
put_known(struct buf *b, const char *before, const char *name, const char *p)
{
	return p[0] == '\0' ? 0 : put_member(b, before, name, p);
}

static int
put_number(struct buf *b, const char *before, const char *name, uint64_t v)
{
	return buf_printf(b, "%s\"%s\": ", before, name) == -1 ||
		buf_putnum(b, v) == -1
	    ? -1
	    : 0;
}

/* RFC 3339 section 5.6 */
static int
put_date(struct buf *b, const char *before, const char *name, int64_t t)
{
	char text[DATE_ISO_LEN + 1];

	date_iso(text, t, 0);
	memcpy(text + 19, "Z", 2);
	return put_member(b, before, name, text);
}

/* pieces of a list between '[' and ']' */
struct list {
	struct buf *b;
	unsigned n;
	int bad;
};

static void
add(struct list *l, const char *p, size_t n)
{
	if (l->n++ > 0)
		l->bad |= buf_puts(l->b, ", ");
	l->bad |= jsontext_string(l->b, p, n);
}

static int
begin_list(struct list *l, struct buf *b, const char *name)
{
	*l = (struct list){ b, 0, 0 };
	return buf_printf(b, ",\n        \"%s\": [", name);
}

/* RFC 8460 section 4.5: the four fields of each record */
static int
put_records(struct buf *b, const char *text)
{
	struct slice rest = { text, strlen(text) }, piece;
	struct list l;

	if (rest.n == 0)
		return 0;
	if (begin_list(&l, b, "policy-string"))
		return -1;
	while (word_piece(&rest, ',', &piece))
		add(&l, piece.p, piece.n);
	return l.bad | buf_putc(b, ']');
}

/* the next line that is not empty; 0: none */
static int
next_line(struct slice *rest, struct slice *line)
{
	while (rest->n > 0) {
		word_piece(rest, '\n', line);
		while (line->n > 0 && line->p[line->n - 1] == '\r')
			line->n--;
		if (line->n > 0)
			return 1;
	}
	return 0;
}

/* a pattern of "mx: PATTERN" */
static int
is_pattern(struct slice *line)
{
	if (line->n < 3 || memcmp(line->p, "mx:", 3) != 0)
		return 0;
	for (line->p += 3, line->n -= 3; line->n > 0 && *line->p == ' ';) {
		line->p++;
		line->n--;
	}
	while (line->n > 0 && line->p[line->n - 1] == ' ')
		line->n--;
	return line->n > 0;
}

/* its lines, and its patterns once more */
static int
put_sts(struct buf *b, struct slice text)
{
	struct slice rest = text, line;
	struct list l;

	if (begin_list(&l, b, "policy-string"))
		return -1;
	while (next_line(&rest, &line))
		add(&l, line.p, line.n);
	if (l.bad || buf_putc(b, ']') == -1 || begin_list(&l, b, "mx-host"))
		return -1;
	for (rest = text; next_line(&rest, &line);)
		if (is_pattern(&line))
			add(&l, line.p, line.n);
	return l.bad | buf_putc(b, ']');
}

static int
put_policy(struct buf *b, const struct rptjson_about *a,
    const struct rptbook_policy *p)
{
	static const char *const types[] = { "tlsa", "sts", "no-policy-found" };
	struct slice text;
	int bad = put_member(b, "\n        ", "policy-type", types[p->type]);

	if (p->type == RPT_TLSA)
		bad |= put_records(b, p->text);
	bad |=
	    put_member(b, ",\n        ", "policy-domain", p->domain->is.name);
	if (p->type == RPT_STS && p->text[0] != '\0' && a->sts != NULL &&
	    a->sts(a->arg, p->domain->is.name, p->text, &text))
		bad |= put_sts(b, text);
	return bad;
}

static int
put_failure(struct buf *b, const struct rptbook_failure *f)
{
	static const char before[] = ",\n        ";

	return put_member(b, "\n        ", "result-type", f->result) == -1 ||
		put_known(b, before, "sending-mta-ip", f->from_ip) == -1 ||
		put_known(b, before, "receiving-mx-hostname", f->host) == -1 ||
		put_known(b, before, "receiving-ip", f->ip) == -1 ||
		put_number(b, before, "failed-session-count", f->count) == -1 ||
		put_known(b, before, "failure-reason-code", f->why) == -1
	    ? -1
	    : 0;
}

static int
put_failures(struct buf *b, const struct rptbook_policy *p)
{
	size_t i;
	int bad;

	if (p->n_failures == 0)
		return 0;
	bad = buf_puts(b, ",\n      \"failure-details\": [");
	for (i = 0; i < p->n_failures; i++) {
		bad |= buf_puts(b, i == 0 ? "{" : ", {");
		bad |= put_failure(b, p->failure[i]);
		bad |= buf_puts(b, "\n      }");
	}
	return bad | buf_putc(b, ']');
}

static int
put_all(struct buf *b, const struct rptjson_about *a,
    const struct rptbook_policy *p)
{
	return buf_puts(b, "{\n      \"policy\": {") == -1 ||
		put_policy(b, a, p) == -1 ||
		buf_puts(b, "\n      },\n      \"summary\": {") == -1 ||
		put_number(b, "\n        ", "total-successful-session-count",
		    p->good) == -1 ||
		put_number(b, ",\n        ", "total-failure-session-count",
		    p->bad) == -1 ||
		buf_puts(b, "\n      }") == -1 || put_failures(b, p) == -1 ||
		buf_puts(b, "\n    }") == -1
	    ? -1
	    : 0;
}

int
rptjson_put(struct buf *b, const struct rptjson_about *a,
    const struct rptbook_domain *d)
{
	size_t i;
	int bad;

	bad = put_member(b, "{\n  ", "organization-name", a->organization);
	bad |= buf_puts(b, ",\n  \"date-range\": {");
	bad |= put_date(b, "\n    ", "start-datetime", a->begin);
	bad |= put_date(b, ",\n    ", "end-datetime", a->end);
	bad |= buf_puts(b, "\n  }");
	bad |= put_member(b, ",\n  ", "contact-info", a->contact);
	bad |= put_member(b, ",\n  ", "report-id", a->id);
	bad |= buf_puts(b, ",\n  \"policies\": [");
	for (i = 0; i < d->n_policies; i++) {
		bad |= buf_puts(b, i == 0 ? "" : ", ");
		bad |= put_all(b, a, d->policy[i]);
	}
	return bad | buf_puts(b, "]\n}\n") ? -1 : 0;
}
