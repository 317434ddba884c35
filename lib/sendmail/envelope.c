#include "sendmail/envelope.h"
#include "format/ltsv.h"
#include "mail/address.h"
#include "mail/qualify.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int
envelope_qualify(struct envelope *e, const char *s, size_t n,
    char out[ENVELOPE_ADDRESS_ROOM])
{
	struct address_parts a;
	int eight = 0;
	size_t i;

	for (i = 0; i < n; i++)
		eight |= (unsigned char)s[i] > 0x7f;
	e->utf8 |= eight;
	if (qualify_bare(s, n))
		snprintf(out, ENVELOPE_ADDRESS_ROOM, "%.*s@%s", (int)n, s,
		    e->me);
	else
		snprintf(out, ENVELOPE_ADDRESS_ROOM, "%.*s", (int)n, s);
	n = address_plain(out, strlen(out), out);
	out[n] = '\0';
	if (eight)
		return 0;
	return address_parse(out, n, &a) == ADDRESS_GOOD && a.domain != NULL
	    ? 0
	    : -1;
}

int
envelope_sender(struct envelope *e, const char *s,
    char out[ENVELOPE_ADDRESS_ROOM])
{
	char one[ADDRLIST_ADDRESS_MAX + 1];
	const char *p = s;
	long n;

	if (p[0] == '\0' || strcmp(p, "<>") == 0) {
		out[0] = '\0';
		return 0;
	}
	n = addrlist_next(&p, s + strlen(s), one);
	return n <= 0 || *p != '\0' ? -1 : envelope_qualify(e, one, n, out);
}

static enum envelope_result
add_rcpt(struct envelope *e, const char *s, size_t n)
{
	char address[ENVELOPE_ADDRESS_ROOM];

	if (e->n_rcpts == ENVELOPE_RCPTS_MAX)
		return ENVELOPE_SIZE;
	if (envelope_qualify(e, s, n, address) == -1)
		return ENVELOPE_BAD;
	if (buf_put(&e->rcpts, address, strlen(address) + 1) == -1)
		return ENVELOPE_MEMORY;
	e->n_rcpts++;
	return ENVELOPE_OK;
}

enum envelope_result
envelope_add(struct envelope *e, const char *p, size_t n, const char **bad,
    size_t *bad_len)
{
	char one[ADDRLIST_ADDRESS_MAX + 1];
	const char *end = p + n, *at;
	enum envelope_result r;
	long len;

	for (;;) {
		at = p;
		len = addrlist_next(&p, end, one);
		if (len == 0)
			return ENVELOPE_OK;
		r = len == -1 ? ENVELOPE_BAD : add_rcpt(e, one, len);
		if (r != ENVELOPE_OK)
			break;
	}
	*bad = at;
	*bad_len = p - at;
	return r;
}

enum envelope_result
envelope_notify(struct envelope *e, const char *s)
{
	static const char *const good[] = { "never", "success", "failure",
		"delay" };
	char *list = strdup(s), *one, *at = NULL;
	int i, n = 0, never = 0, r;

	if (list == NULL)
		return ENVELOPE_MEMORY;
	/* given twice, the last one counts */
	buf_clear(&e->notify);
	r = buf_puts(&e->notify, " NOTIFY=");
	for (one = strtok_r(list, ",", &at); r == 0 && one != NULL;
	     one = strtok_r(NULL, ",", &at)) {
		for (i = 0; i < 4 && strcasecmp(one, good[i]) != 0; i++)
			;
		if (i == 4)
			break;
		never |= i == 0;
		r = buf_puts(&e->notify, n++ > 0 ? "," : "");
		for (; r == 0 && *one != '\0'; one++)
			r = buf_putc(&e->notify, *one & ~0x20);
	}
	free(list);
	if (r == -1)
		return ENVELOPE_MEMORY;
	return one != NULL || n == 0 || (never && n > 1) ? ENVELOPE_BAD
							 : ENVELOPE_OK;
}

/* xtext (RFC 3461 section 4), as the ENVID parameter has it */
enum envelope_result
envelope_envid(struct buf *env, const char *s)
{
	size_t i, n = strlen(s);
	int r;

	if (n == 0 || n > ENVELOPE_ENVID_MAX)
		return ENVELOPE_SIZE;
	r = buf_puts(env, "envid ");
	for (i = 0; r == 0 && i < n; i++) {
		if ((unsigned char)s[i] < ' ' || (unsigned char)s[i] > 0x7e)
			return ENVELOPE_BAD;
		if (s[i] == '+' || s[i] == '=' || s[i] == ' ' || s[i] == '\\')
			r = buf_printf(env, "+%02X", (unsigned char)s[i]);
		else
			r = buf_putc(env, s[i]);
	}
	return r == -1 || buf_putc(env, '\n') == -1 ? ENVELOPE_MEMORY
						    : ENVELOPE_OK;
}

/* the same mailbox is equal, whatever the case of its domain */
static int
compare(const void *a, const void *b)
{
	const char *s = *(char *const *)a, *t = *(char *const *)b;

	return address_compare(s, strlen(s), t, strlen(t));
}

static int
put_once(const struct envelope *e, struct buf *env, char **sorted, char *seen)
{
	char *s = buf_data(&e->rcpts), **found;
	size_t i, n = 0;

	for (i = 0; i < e->n_rcpts; i++, s += strlen(s) + 1)
		sorted[i] = s;
	qsort(sorted, e->n_rcpts, sizeof *sorted, compare);
	for (i = 0; i < e->n_rcpts; i++)
		if (n == 0 || strcmp(sorted[n - 1], sorted[i]) != 0)
			sorted[n++] = sorted[i];
	s = buf_data(&e->rcpts);
	for (i = 0; i < e->n_rcpts; i++, s += strlen(s) + 1) {
		found = bsearch(&s, sorted, n, sizeof *sorted, compare);
		if (seen[found - sorted])
			continue;
		seen[found - sorted] = 1;
		if (buf_puts(env, "to ") == -1 ||
		    ltsv_escape(env, s, strlen(s)) == -1 ||
		    buf_put(env, buf_data(&e->notify), buf_len(&e->notify)) ==
			-1 ||
		    buf_putc(env, '\n') == -1)
			return -1;
	}
	return 0;
}

int
envelope_rcpts(const struct envelope *e, struct buf *env)
{
	char **sorted = calloc(e->n_rcpts, sizeof *sorted),
	     *seen = calloc(e->n_rcpts, 1);
	int r = -1;

	if (sorted != NULL && seen != NULL)
		r = put_once(e, env, sorted, seen);
	free(sorted);
	free(seen);
	return r;
}
