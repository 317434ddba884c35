#include "smtp/extension.h"
#include "base/num.h"
#include "format/dsnparam.h"
#include <string.h>
#include <strings.h>

/* in the order in which they are offered */
static const struct {
	const char *name;
	uint32_t bit;
} known[] = {
	{ "PIPELINING", EXTENSION_PIPELINING },
	{ "SIZE", EXTENSION_SIZE },
	{ "8BITMIME", EXTENSION_8BITMIME },
	{ "ENHANCEDSTATUSCODES", EXTENSION_ENHANCED },
	{ "DSN", EXTENSION_DSN },
	{ "HELP", EXTENSION_HELP },
	{ "SMTPUTF8", EXTENSION_SMTPUTF8 },
	{ "STARTTLS", EXTENSION_STARTTLS },
};

static int
is_word(const char *p, size_t n, const char *word)
{
	return strlen(word) == n && strncasecmp(p, word, n) == 0;
}

/* a number; how large it may be is another matter */
static int
size_good(const char *p, size_t n)
{
	size_t digits = 0;

	while (digits < n && p[digits] >= '0' && p[digits] <= '9')
		digits++;
	return n > 0 && n <= 20 && digits == n;
}

static int
body_good(const char *p, size_t n)
{
	return is_word(p, n, "8BITMIME") || is_word(p, n, "7BIT");
}

static int
envid_good(const char *p, size_t n)
{
	return n > 0 && n <= EXTENSION_ENVID_MAX && dsnparam_xtext(p, n);
}

static int
orcpt_good(const char *p, size_t n)
{
	return n <= EXTENSION_ORCPT_MAX && dsnparam_orcpt(p, n);
}

/* in the order of enum extension_param */
static const struct param {
	const char *key;
	uint32_t of; /* the extension it belongs to */
	int is_mail; /* of MAIL, else of RCPT */
	int (*good)(const char *p, size_t n);
} params[EXTENSION_PARAMS] = {
	{ "SIZE", EXTENSION_SIZE, 1, size_good },
	{ "BODY", EXTENSION_8BITMIME, 1, body_good },
	{ "RET", EXTENSION_DSN, 1, dsnparam_ret },
	{ "ENVID", EXTENSION_DSN, 1, envid_good },
	{ "NOTIFY", EXTENSION_DSN, 0, dsnparam_notify },
	{ "ORCPT", EXTENSION_DSN, 0, orcpt_good },
};

int
extension_offer(struct buf *b, uint32_t set, uint64_t size_max)
{
	size_t i;
	int r = 0;

	for (i = 0; i < sizeof known / sizeof *known; i++) {
		if (!(set & known[i].bit))
			continue;
		r |= buf_putc(b, '\n') | buf_puts(b, known[i].name);
		if (known[i].bit == EXTENSION_SIZE)
			r |= buf_putc(b, ' ') | buf_putnum(b, size_max);
	}
	return r;
}

uint32_t
extension_scan(const char *line, size_t n, uint64_t *size_max)
{
	const char *blank = memchr(line, ' ', n), *end = line + n;
	size_t i, len = blank == NULL ? n : (size_t)(blank - line);

	for (i = 0; i < sizeof known / sizeof *known; i++)
		if (is_word(line, len, known[i].name))
			break;
	if (i == sizeof known / sizeof *known)
		return 0;
	if (known[i].bit == EXTENSION_SIZE) {
		for (line += len; line < end && *line == ' ';)
			line++;
		if (num_scan(line, end - line, 0, UINT64_MAX, size_max) == -1)
			*size_max = 0;
	}
	return known[i].bit;
}

enum extension_fault
extension_param(uint32_t set, int is_mail, const char *p, size_t n,
    struct slice value[EXTENSION_PARAMS])
{
	const char *eq = memchr(p, '=', n), *v;
	const struct param *a = params;
	size_t len;

	if (eq == NULL)
		return EXTENSION_UNKNOWN;
	v = eq + 1;
	while (a->is_mail != is_mail || !is_word(p, eq - p, a->key))
		if (++a == params + EXTENSION_PARAMS)
			return EXTENSION_UNKNOWN;
	if (!(set & a->of))
		return EXTENSION_UNKNOWN;
	value += a - params;
	if (value->p != NULL)
		return EXTENSION_TWICE;
	len = p + n - v;
	if (!a->good(v, len))
		return EXTENSION_BAD;
	*value = (struct slice){ v, len };
	return EXTENSION_GOOD;
}

int
extension_is_8bit(struct slice body)
{
	return is_word(body.p, body.n, "8BITMIME");
}
