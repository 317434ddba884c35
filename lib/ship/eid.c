#include "ship/eid.h"
#include "base/ascii.h"
#include "crypt/digest.h"
#include "queue/logline.h"
#include <string.h>

enum { TS_SECONDS = 22 }; /* "ts:2026-11-22T01:02:03" */

int
eid_ok(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!ascii_digit(p[i]) && (p[i] < 'a' || p[i] > 'f'))
			return 0;
	return n == EID_LEN;
}

/* the field that begins with this, its TAB too, as offset and length; its
 * length is 0 when there is none */
static size_t
field_at(const char *p, size_t n, const char *label, size_t *at)
{
	const char *f = memmem(p, n, label, strlen(label)), *end;

	if (f == NULL)
		return 0;
	*at = (size_t)(f - p);
	end = memchr(f + 1, '\t', n - *at - 1);
	return end == NULL ? n - *at : (size_t)(end - f);
}

/* the value of a label in the line, and its first n bytes; 0 where it has none */
static size_t
value_of(const char *p, size_t n, const char *label, const char **v)
{
	size_t at, len = field_at(p, n, label, &at), skip = strlen(label);

	*v = p + at + skip;
	return len > skip ? len - skip : 0;
}

/* of the end of a recipient what a restart of queue-run knows, too; 1, 0: it
 * is something else */
static int
add_end(struct digest *d, const char *p, size_t n)
{
	static const char *const ends[] = { "sent", "bounced", "expired",
		"deleted" };
	const char *ev, *id, *rcpt;
	size_t ev_len = value_of(p, n, "\tev:", &ev),
	       id_len = value_of(p, n, "\tid:", &id),
	       rcpt_len = value_of(p, n, "\tn:", &rcpt), i;

	for (i = 0; i < sizeof ends / sizeof *ends; i++)
		if (ascii_is(ev, ev_len, ends[i]))
			break;
	if (i == sizeof ends / sizeof *ends || id_len == 0 || rcpt_len == 0 ||
	    n < TS_SECONDS || memcmp(p, "ts:", 3) != 0)
		return 0;
	digest_add(d, p, TS_SECONDS);
	digest_add(d, "\tev:", 4);
	digest_add(d, ev, ev_len);
	digest_add(d, "\tid:", 4);
	digest_add(d, id, id_len);
	digest_add(d, "\tn:", 3);
	digest_add(d, rcpt, rcpt_len);
	return 1;
}

/* of anything else all but the label replay */
static void
add_line(struct digest *d, const char *p, size_t n)
{
	size_t at = 0, len = field_at(p, n, "\treplay:", &at);

	if (len > 0) {
		digest_add(d, p, at);
		p += at + len;
		n -= at + len;
	}
	digest_add(d, p, n);
}

void
eid_make(const char *line, size_t n, char out[EID_LEN + 1])
{
	static const char own[] = "\teid:";
	unsigned char sum[DIGEST_LEN];
	size_t skip, at = 0, len, i;
	struct digest d;

	logline_time(line, n, &skip);
	line += skip;
	n -= skip;
	out[EID_LEN] = '\0';
	len = field_at(line, n, own, &at);
	if (len > 0 &&
	    eid_ok(line + at + sizeof own - 1, len - sizeof own + 1)) {
		memcpy(out, line + at + sizeof own - 1, EID_LEN);
		return;
	}
	digest_init(&d);
	if (!add_end(&d, line, n))
		add_line(&d, line, n);
	digest_end(&d, sum);
	for (i = 0; i < EID_LEN / 2; i++)
		ascii_hex(out + 2 * i, sum[i]);
}
