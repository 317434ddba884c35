#include "sendmail/dropreturn.h"
#include "base/ascii.h"
#include "bounce/returned.h"
#include "format/envlines.h"
#include "format/parcel.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* what the envelope says */
struct said {
	struct buf text; /* sender and recipients, a NUL behind each */
	int from;        /* there is a sender */
	int hdrs, utf8;
	size_t n, all; /* recipients that are told of, and all */
};

/* is a failure to be told?  p: parameters, with a NUL behind */
static int
wanted(const char *p)
{
	static const char notify[] = "NOTIFY=";
	size_t n;

	for (; *p != '\0'; p += strcspn(p, " ")) {
		p += strspn(p, " ");
		if (strncasecmp(p, notify, strlen(notify)) != 0)
			continue;
		p += strlen(notify);
		for (;; p += n + 1) {
			n = strcspn(p, ", ");
			if (ascii_is(p, n, "FAILURE"))
				return 1;
			if (p[n] != ',')
				return 0;
		}
	}
	return 1;
}

static int
put_text(struct said *s, const char *p, size_t n)
{
	if (buf_put(&s->text, p, n) == -1)
		return -1;
	return buf_putc(&s->text, '\0');
}

static int
read_line(struct said *s, const struct parcel_line *l)
{
	char value[PARCEL_LINE_MAX];
	long n = envlines_value(l, value);
	size_t len;

	if (n == -1 || strlen(value) < (size_t)n)
		return 0;
	if (parcel_is(l, "from") && !s->from) {
		s->from = 1;
		return put_text(s, value, n);
	}
	if (parcel_is(l, "smtputf8"))
		s->utf8 = 1;
	if (parcel_is(l, "ret"))
		s->hdrs = strcasecmp(value, "HDRS") == 0;
	if (!parcel_is(l, "to"))
		return 0;
	len = parcel_address(value, n);
	s->all++;
	if (!s->from || !wanted(value + len))
		return 0;
	s->n++;
	return put_text(s, value, len);
}

static int
read_envelope(struct said *s, const struct buf *env)
{
	const char *p = buf_data(env), *end = p;
	struct parcel_line l;

	if (buf_len(env) == 0)
		return 0;
	for (end += buf_len(env); p < end && parcel_next(&p, end, &l) == 1;)
		if (read_line(s, &l) == -1)
			return -1;
	return 0;
}

/* the code in front of the reason, "5.7.1"; its length, or 0 */
static size_t
code(const char *why)
{
	size_t n = strspn(why, "0123456789.");

	return why[0] == '5' && why[1] == '.' && why[n] == ' ' ? n : 0;
}

/* those of s, with the reason; or one that is not known */
static struct dsn_rcpt *
recipients(const struct said *s, const char *p, const char *why, char *status)
{
	struct dsn_rcpt *rcpt = calloc(s->n + 1, sizeof *rcpt);
	size_t i, n = code(why);

	if (rcpt == NULL)
		return NULL;
	memcpy(status, why, n);
	status[n] = '\0';
	rcpt[0].address = "unknown";
	for (i = 0; i < s->n + (s->n == 0); i++) {
		if (s->n > 0)
			rcpt[i].address = p;
		p += s->n > 0 ? strlen(p) + 1 : 0;
		rcpt[i].status = status;
		rcpt[i].text = why + n + (n > 0);
	}
	return rcpt;
}

static int
make(const struct dropreturn *r, const struct said *s, const char *to,
    const struct drop_parcel *d, struct drop_parcel *report)
{
	struct returned t = { .d = { .action = DSN_FAILED,
				  .me = r->me,
				  .to = to,
				  .utf8 = s->utf8,
				  .now = r->now,
				  .arrival = r->arrival } };
	const char *p = buf_data(&s->text);
	char *status = malloc(strlen(r->why) + 1);
	struct dsn_rcpt *rcpt = NULL;
	int e = -1;

	if (status != NULL)
		rcpt = recipients(s, s->from ? p + strlen(p) + 1 : p, r->why,
		    status);
	returned_name(&t, r->name);
	t.d.original = d->filed == 0 && !s->hdrs ? DSN_WHOLE : DSN_HEADER;
	if (rcpt != NULL)
		e = returned_make(&t, rcpt, s->n > 0 ? s->n : 1,
		    buf_data(&d->text), buf_len(&d->text), &report->env,
		    &report->text);
	free(rcpt);
	free(status);
	return e;
}

enum dropreturn_verdict
dropreturn_make(const struct dropreturn *r, const struct drop_parcel *d,
    struct drop_parcel *report)
{
	enum dropreturn_verdict v = DROPRETURN_MADE;
	struct said s = { 0 };
	const char *to = r->owner;

	if (read_envelope(&s, &d->env) == -1)
		v = DROPRETURN_MEMORY;
	else if (s.from && s.all > 0)
		to = s.n > 0 ? buf_data(&s.text) : "";
	if (v == DROPRETURN_MADE && (to == NULL || to[0] == '\0'))
		v = DROPRETURN_NOBODY;
	if (v == DROPRETURN_MADE && make(r, &s, to, d, report) == -1)
		v = DROPRETURN_MEMORY;
	buf_free(&s.text);
	return v;
}
