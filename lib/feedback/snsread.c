#include "feedback/snsread.h"
#include "base/ascii.h"
#include <string.h>

/* behind the quote that ends a string which begins at p; NULL: it does not */
static const char *
string_end(const char *p, const char *end)
{
	for (; p < end; p++)
		if (*p == '\\' && p + 1 < end)
			p++;
		else if (*p == '"')
			return p + 1;
	return NULL;
}

/*
 * The value of a key, as it stands, quotes off.  What a string says cannot be
 * taken for a key: the text is walked through string by string.
 */
static int
find(struct slice t, const char *key, struct slice *out)
{
	const char *p = t.p, *end = t.p + t.n, *s, *e;
	size_t n = strlen(key);

	while ((s = memchr(p, '"', end - p)) != NULL) {
		e = string_end(s + 1, end);
		if (e == NULL)
			return 0;
		p = e;
		while (p < end && ascii_white(*p))
			p++;
		if (p == end || *p != ':' || (size_t)(e - s) != n + 2 ||
		    memcmp(s + 1, key, n) != 0)
			continue;
		for (p++; p < end && ascii_white(*p); p++)
			;
		out->p = p;
		out->n = (size_t)(end - p);
		if (p < end && *p == '"') {
			e = string_end(++out->p, end);
			out->n = e == NULL ? 0 : (size_t)(e - 1 - out->p);
		}
		return 1;
	}
	return 0;
}

/* from a [ or { to what closes it, strings apart */
static struct slice
bracket(struct slice t)
{
	const char *p, *end = t.p + t.n;
	unsigned depth = 0;

	for (p = t.p; p < end; p++)
		if (*p == '"') {
			p = string_end(p + 1, end);
			if (p == NULL)
				break;
			p--;
		} else if (*p == '[' || *p == '{') {
			depth++;
		} else if ((*p == ']' || *p == '}') && --depth == 0) {
			return (struct slice){ t.p, (size_t)(p + 1 - t.p) };
		}
	return (struct slice){ t.p, 0 };
}

/* a string with its escapes undone: what stands for a control is a blank, and
 * what is not ASCII a question mark; the words that matter are ASCII */
static size_t
plain(char *out, size_t cap, struct slice s)
{
	char room[FEEDREPORT_TEXT_MAX + 1];
	size_t n = 0, i;

	for (i = 0; i < s.n && n < sizeof room; i++) {
		if (s.p[i] != '\\' || i + 1 == s.n) {
			room[n++] = s.p[i];
			continue;
		}
		i++;
		if (s.p[i] == 'u') {
			room[n++] = '?';
			i += s.n - i > 4 ? 4 : s.n - i - 1;
		} else {
			room[n++] =
			    strchr("bfnrt", s.p[i]) != NULL ? ' ' : s.p[i];
		}
	}
	return feedreport_line(out, cap, room, n);
}

enum snsread_kind
snsread_kind(struct slice t)
{
	static const char *const words[] = { "", "Bounce", "Complaint",
		"Delivery" };
	struct slice v;
	unsigned i;

	while (t.n > 0 && ascii_white(*t.p)) {
		t.p++;
		t.n--;
	}
	if (t.n == 0 || *t.p != '{' ||
	    (!find(t, "notificationType", &v) && !find(t, "eventType", &v)))
		return SNSREAD_NONE;
	for (i = 1; i < sizeof words / sizeof *words; i++)
		if (ascii_is(v.p, v.n, words[i]))
			return (enum snsread_kind)i;
	return SNSREAD_NONE;
}

static int
add(struct feedreport *report, struct slice object, struct slice address,
    const char *action)
{
	struct feedreport_rcpt *r = feedreport_add(report);
	struct slice v;

	if (r == NULL)
		return report->more ? 0 : -1;
	plain(r->address, sizeof r->address, address);
	memcpy(r->action, action, strlen(action) + 1);
	if (find(object, "action", &v))
		plain(r->action, sizeof r->action, v);
	ascii_lower_copy(r->action, r->action, strlen(r->action));
	if (find(object, "status", &v) && v.n < sizeof r->esc)
		plain(r->esc, sizeof r->esc, v);
	if (find(object, "diagnosticCode", &v)) {
		if (ascii_begins(v.p, v.n, "smtp;")) {
			v.p += 5;
			v.n -= 5;
		}
		r->text_len = plain(r->text, sizeof r->text, v);
	}
	return 0;
}

/* objects with an emailAddress */
static int
add_objects(struct feedreport *report, struct slice list)
{
	const char *p = list.p, *end = p + list.n;
	struct slice o, v;

	while (p < end && (p = memchr(p, '{', end - p)) != NULL) {
		o = bracket((struct slice){ p, (size_t)(end - p) });
		if (o.n == 0)
			break;
		if (find(o, "emailAddress", &v) &&
		    add(report, o, v, "failed") == -1)
			return -1;
		p = o.p + o.n;
	}
	return 0;
}

/* a list of strings */
static int
add_strings(struct feedreport *report, struct slice list, struct slice whole)
{
	const char *p = list.p, *end = p + list.n, *e;
	struct slice v, none = { "", 0 };

	while ((p = memchr(p, '"', end - p)) != NULL) {
		e = string_end(p + 1, end);
		if (e == NULL)
			return 0;
		v.p = p + 1;
		v.n = (size_t)(e - 1 - v.p);
		if (add(report, none, v, "delivered") == -1)
			return -1;
		if (find(whole, "smtpResponse", &v) && report->n > 0)
			report->rcpt[report->n - 1].text_len =
			    plain(report->rcpt[report->n - 1].text,
				FEEDREPORT_TEXT_MAX + 1, v);
		p = e;
	}
	return 0;
}

int
snsread(struct feedreport *report, struct slice t)
{
	struct slice v;

	if (find(t, "bouncedRecipients", &v) ||
	    find(t, "complainedRecipients", &v))
		return add_objects(report, bracket(v));
	if (find(t, "delivery", &v)) {
		t = bracket(v);
		if (find(t, "recipients", &v))
			return add_strings(report, bracket(v), t);
	}
	return 0;
}
