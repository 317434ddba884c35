#include "route/aliasfile.h"
#include "conf/word.h"
#include "mail/address.h"
#include <stdio.h>
#include <string.h>

enum { WHY_ROOM = 64 };

static void
trim(const char **p, const char **end)
{
	while (*p < *end && (**p == ' ' || **p == '\t'))
		(*p)++;
	while (*p < *end && ((*end)[-1] == ' ' || (*end)[-1] == '\t'))
		(*end)--;
}

/* first c outside double quotes */
static const char *
find(const char *p, const char *end, char c)
{
	int quoted = 0;

	for (; p < end; p++) {
		if (*p == '\\' && quoted && p + 1 < end)
			p++;
		else if (*p == '"')
			quoted = !quoted;
		else if (*p == c && !quoted)
			return p;
	}
	return NULL;
}

static const char *
key_fault(const char *p, size_t n)
{
	struct address a;

	if (n > 1 && p[0] == '@')
		return word_domain(p + 1, n - 1) ? NULL
						 : "not a domain behind the @";
	if (address_set(&a, p, n) == -1)
		return "not an address";
	if (memchr(p, '@', n) != NULL && !word_domain(a.domain, a.domain_len) &&
	    a.domain[0] != '[')
		return "not a domain behind the @";
	if (memchr(a.key, '"', n) == NULL &&
	    (memchr(p, ' ', n) != NULL || memchr(p, '\t', n) != NULL))
		return "blank in an address";
	return NULL;
}

static const char *
target_fault(const char *p, size_t n)
{
	if (n == 0)
		return "empty target";
	if (p[0] == '|')
		return n > 1 ? NULL : "no command behind the bar";
	if (p[0] == '/' || p[0] == '.')
		return "a file is no target: local-deliver stores mail";
	if (p[0] == ':')
		return ":include: is not known";
	if (p[0] == '@')
		return "a target needs a user before the @";
	return key_fault(p, n);
}

/* a target: "quoted" as a whole, or as it stands */
static const char *
put_target(struct buf *rec, const char *p, const char *end, unsigned *commands)
{
	char t[WORD_LINE_MAX + 1];
	size_t n = 0;
	const char *fault;

	trim(&p, &end);
	if (end - p >= 2 && p[0] == '"' && end[-1] == '"' &&
	    memchr(p, '@', end - p) == NULL) {
		end--;
		for (p++; p < end; p++) {
			if (*p == '\\' && p + 1 < end)
				p++;
			t[n++] = *p;
		}
	} else if (end - p >= 2 && p[0] == '"' && p[1] == '|' &&
	    end[-1] == '"') {
		for (p++, end--; p < end; p++) {
			if (*p == '\\' && p + 1 < end)
				p++;
			t[n++] = *p;
		}
	} else {
		n = end - p;
		memcpy(t, p, n);
	}
	fault = target_fault(t, n);
	if (fault != NULL)
		return fault;
	if (t[0] == '|' && ++*commands > 1)
		return "more than one command";
	if (buf_put(rec, t, n) == -1 || buf_putc(rec, '\n') == -1)
		return "out of memory";
	return NULL;
}

static const char *
put_targets(struct buf *rec, const char *p, const char *end)
{
	const char *comma, *fault;
	unsigned n = 0, commands = 0;

	for (;;) {
		comma = find(p, end, ',');
		if (++n > ALIASFILE_TARGETS_MAX)
			return "too many targets in one line";
		fault =
		    put_target(rec, p, comma == NULL ? end : comma, &commands);
		if (fault != NULL || comma == NULL)
			return fault;
		p = comma + 1;
	}
}

static const char *
line_fault(const char *p, size_t n, const char *colon)
{
	size_t i;

	if (n > WORD_LINE_MAX)
		return "line too long";
	for (i = 0; i < n; i++)
		if (((unsigned char)p[i] < 0x20 && p[i] != '\t') ||
		    p[i] == 0x7f)
			return "control byte";
	return colon == NULL ? "no colon behind the address" : NULL;
}

/* the address in front of the colon, in no line before */
static const char *
take_key(struct wordset *seen, struct address *a, const char *p,
    const char *end, unsigned lineno, char why[WHY_ROOM])
{
	const char *fault;
	long before;

	trim(&p, &end);
	fault = key_fault(p, end - p);
	if (fault != NULL)
		return fault;
	if (address_set(a, p, end - p) == -1 && a->key[0] != '@')
		return "not an address";
	before = wordset_add(seen, a->key, a->len, lineno);
	if (before == -1)
		return "out of memory";
	if (before == 0)
		return NULL;
	snprintf(why, WHY_ROOM, "address stands in line %ld already", before);
	return why;
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	const char *end = p + n, *colon = find(p, end, ':'),
		   *fault = line_fault(p, n, colon);
	struct buf rec = { 0 };
	struct address a;
	char why[WHY_ROOM];
	int r = -1;

	if (fault == NULL)
		fault = take_key(arg, &a, p, colon, lineno, why);
	if (fault == NULL)
		fault = buf_printf(&rec, "%u\n", lineno) == -1
		    ? "out of memory"
		    : put_targets(&rec, colon + 1, end);
	if (fault != NULL)
		conffile_wrong(sink, fault);
	else
		r = sink->add(sink->arg, a.key, a.len, buf_data(&rec),
		    buf_len(&rec));
	buf_free(&rec);
	return r;
}

const struct conffile conffile_aliases = { "aliases", sizeof(struct wordset),
	line, wordset_finish };
