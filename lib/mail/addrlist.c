#include "mail/addrlist.h"
#include <string.h>

/*
 * An entry is read word by word.  What has been read stands in out; it is
 * an address if words, dots and the @ took turns.
 */
struct entry {
	const char *p, *end;
	char *out;
	size_t len;
	int bad;   /* no address, whatever comes */
	int loose; /* two words side by side: a display name */
	int word;  /* the last thing was a word */
	int angle; /* an address in <> was read: that is it */
	int in_angle;
	int odd;   /* ADDRLIST_ODD, ADDRLIST_DOTS */
	int words; /* there was a word */
	size_t at; /* one behind the @ in out, 0: none yet */
};

/* a CR only before an LF */
static int
blank(const struct entry *e)
{
	return *e->p == ' ' || *e->p == '\t' || *e->p == '\n' ||
	    (*e->p == '\r' && e->end - e->p > 1 && e->p[1] == '\n');
}

static int
control(char c)
{
	return ((unsigned char)c < ' ' && c != '\t') || c == 0x7f;
}

static int
odd(char c)
{
	return control(c) && c != '\n';
}

static void
put(struct entry *e, char c)
{
	if (e->len == ADDRLIST_ADDRESS_MAX)
		e->bad = 1;
	else
		e->out[e->len++] = c;
}

static void
reset(struct entry *e)
{
	e->len = 0;
	e->bad = e->loose = e->word = e->words = 0;
	e->odd &= ~ADDRLIST_DOTS;
	e->at = 0;
}

/* behind a comment that begins at p */
static void
comment(struct entry *e)
{
	int depth = 0;

	for (; e->p < e->end; e->p++) {
		e->odd |= odd(*e->p);
		if (*e->p == '\\' && e->p + 1 < e->end) {
			e->p++;
		} else if (*e->p == '(') {
			if (++depth > ADDRLIST_COMMENTS_MAX)
				e->bad = 1;
		} else if (*e->p == ')' && --depth == 0) {
			e->p++;
			return;
		}
	}
	e->bad = 1;
}

static void
begin_word(struct entry *e)
{
	if (e->word)
		e->loose = 1;
	if (e->angle && !e->in_angle)
		e->odd |= ADDRLIST_ODD;
	e->word = e->words = 1;
}

/* a quoted string or a domain literal, with its marks */
static void
quoted(struct entry *e, char last)
{
	char c;

	begin_word(e);
	/* a literal is a domain, a quoted string is none */
	if ((last == ']') != (e->at > 0 && e->at == e->len)) {
		e->loose = 1;
		e->odd |= last == ']';
	}
	put(e, *e->p++);
	while (e->p < e->end) {
		c = *e->p++;
		e->odd |= odd(c);
		if (c == '\n' || (c == '\r' && e->p < e->end && *e->p == '\n'))
			continue; /* folding: the blank behind it stays */
		if (control(c))
			e->bad = 1;
		put(e, c);
		if (c == last)
			return;
		if (c == '\\' && e->p < e->end) {
			if (control(*e->p))
				e->bad = 1;
			put(e, *e->p++);
		}
	}
	e->bad = 1;
}

static void
atom(struct entry *e)
{
	static const char special[] = "()<>[]:;@\\,.\"";

	begin_word(e);
	while (e->p < e->end && !blank(e) &&
	    memchr(special, *e->p, sizeof special - 1) == NULL) {
		e->odd |= odd(*e->p);
		if ((unsigned char)*e->p < ' ' || *e->p == 0x7f)
			e->bad = 1;
		put(e, *e->p++);
	}
}

/* a dot or an @, which a word must stand before */
static void
joint(struct entry *e)
{
	char c = *e->p++;

	if (c == '@' && e->angle && !e->in_angle)
		e->odd |= ADDRLIST_ODD;
	/* VIOLATIONS.md: LENIENT-SYNTAX */
	if (!e->word && e->at == 0 && (c == '.' || e->words) &&
	    (!e->angle || e->in_angle))
		e->odd |= ADDRLIST_DOTS;
	/* dots in a display name are common ("J. R. Ewing") */
	else if (!e->word || (c == '@' && e->at > 0))
		e->loose = 1;
	e->word = 0;
	put(e, c);
	if (c == '@' && e->at == 0)
		e->at = e->len;
}

/* "@a,@b:" in front of an address in <> */
static void
route(struct entry *e)
{
	const char *p;

	for (p = e->p; p < e->end && *p != '>' && *p != '<'; p++)
		if (*p == ':') {
			e->p = p + 1;
			e->odd |= ADDRLIST_ODD;
			return;
		}
}

static void
open_angle(struct entry *e)
{
	int bad = e->angle || e->in_angle;

	e->p++;
	e->odd |= e->at > 0;
	reset(e);
	e->bad = bad;
	e->in_angle = 1;
	while (e->p < e->end && blank(e))
		e->p++;
	if (e->p < e->end && *e->p == '@')
		route(e);
}

/* what has been read is an address; without the dot behind its domain */
static int
good(struct entry *e)
{
	if (!e->word && e->at > 0 && e->len > e->at + 1 &&
	    e->out[e->len - 1] == '.') {
		e->odd |= ADDRLIST_DOTS;
		e->word = 1;
		e->len--;
	}
	if (e->bad || e->loose || !e->word || e->len == 0)
		return 0;
	return e->at == 0 || e->at > 1;
}

/* behind <>, words are a comment of the obsolete kind: they are skipped */
static void
close_angle(struct entry *e, struct entry *found)
{
	e->p++;
	e->angle = 1;
	e->in_angle = 0;
	*found = *e;
	e->bad = 0;
}

/* one thing that may stand in an entry; 0 at its end */
static int
step(struct entry *e, struct entry *found)
{
	size_t len = e->len;

	switch (*e->p) {
	case ',':
	case ';':
		if (e->in_angle)
			e->bad = 1;
		e->p++;
		return 0;
	case ':': /* what came before is the name of a group */
		e->p++;
		e->odd |= e->at > 0;
		if (e->in_angle || e->angle)
			e->bad = 1;
		else
			reset(e);
		return 1;
	case '(': comment(e); return 1;
	case '<': open_angle(e); return 1;
	case '>':
		if (e->in_angle) {
			close_angle(e, found);
		} else {
			e->p++;
			e->bad = 1;
		}
		return 1;
	case '"': quoted(e, '"'); break;
	case '[': quoted(e, ']'); break;
	case '@':
	case '.': joint(e); break;
	case ')':
	case ']':
	case '\\':
		e->p++;
		e->loose = 1;
		e->odd |= ADDRLIST_ODD;
		break;
	default: atom(e);
	}
	if (e->angle && !e->in_angle)
		e->len = len; /* the address stays as it is */
	else if (e->loose && !e->in_angle)
		e->len = 0; /* a display name may be long */
	return 1;
}

long
addrlist_next_odd(const char **p, const char *end, char *out, int *is_odd)
{
	struct entry e = { 0 }, found = { 0 };

	e.p = *p;
	e.end = end;
	e.out = out;
	for (;;) {
		while (e.p < end) {
			if (blank(&e))
				e.p++;
			else if (!step(&e, &found))
				break;
		}
		*p = e.p;
		if (e.angle || e.in_angle || e.len > 0 || e.loose || e.bad)
			break;
		/* an empty entry, or a group without members */
		if (e.p == end) {
			*is_odd = e.odd;
			return 0;
		}
		reset(&e);
	}
	*is_odd = e.odd;
	if (e.angle && !e.in_angle) {
		found.bad |= e.bad;
		e = found;
	} else if (e.in_angle) {
		e.bad = 1;
	}
	if (!good(&e))
		return -1;
	*is_odd |= e.odd;
	out[e.len] = '\0';
	return e.len;
}

long
addrlist_next(const char **p, const char *end, char *out)
{
	int is_odd;

	return addrlist_next_odd(p, end, out, &is_odd);
}
