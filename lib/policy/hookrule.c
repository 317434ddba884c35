#include "policy/hookrule.h"
#include "base/ascii.h"
#include "base/ip.h"
#include "base/num.h"
#include "conf/word.h"
#include <stdio.h>
#include <string.h>

enum {
	WAIT_DEFAULT_MS = 5000,
	CONNS_DEFAULT = 10,
	PATH_MAX_BYTES = 107 /* of a Unix socket */
};

static const char *const stage_names[] = { "connect", "helo", "auth", "mail",
	"rcpt", "data", "end" };

static const char *
stages(struct hookrule *h, const char *p, size_t n)
{
	struct slice rest = { p, n }, word;
	int i;

	while (word_piece(&rest, ',', &word)) {
		i = ascii_which(stage_names, HOOKRULE_STAGES, word.p, word.n);
		if (i == -1)
			return "not a stage: connect, helo, auth, mail, rcpt, "
			       "data or end";
		if (h->stages & 1u << i)
			return "a stage stands twice";
		h->stages |= 1u << i;
	}
	return h->stages == 0 ? "no stage" : NULL;
}

size_t
hookrule_tcp(const char *where, unsigned char ip[16], uint16_t *port)
{
	const char *p = where + 4, *colon = strrchr(where, ':');
	size_t n;
	uint64_t u;

	if (strncmp(where, "tcp:", 4) != 0 || colon < p ||
	    num_scans(colon + 1, 1, UINT16_MAX, &u) == -1)
		return 0;
	n = (size_t)(colon - p);
	if (n > 2 && p[0] == '[' && p[n - 1] == ']') {
		p++;
		n -= 2;
	} else if (memchr(p, ':', n) != NULL) {
		return 0;
	}
	*port = (uint16_t)u;
	return ip_scan(p, n, ip);
}

static const char *
where(struct hookrule *h, const char *p, size_t n)
{
	unsigned char ip[16];
	uint16_t port;

	if (n > HOOKRULE_WHERE_MAX)
		return "where to ask is longer than 1000 bytes";
	memcpy(h->where, p, n);
	h->where[n] = '\0';
	if (strncmp(h->where, "unix:/", 6) == 0)
		return n - 5 > PATH_MAX_BYTES
		    ? "the name of a socket has at most 107 bytes"
		    : NULL;
	if (strncmp(h->where, "run:", 4) == 0 && n > 4)
		return NULL;
	return hookrule_tcp(h->where, ip, &port) > 0
	    ? NULL
	    : "where to ask: unix:/PATH, tcp:IP:PORT or run:COMMAND";
}

static const char *
number(const char *value, size_t n, unsigned max, unsigned *out)
{
	uint64_t u;

	if (num_scan(value, n, 1, max, &u) == -1)
		return "conns= and pipeline= are 1 to 64";
	*out = (unsigned)u;
	return NULL;
}

static const char *
wait(struct hookrule *h, const char *value, size_t n)
{
	uint64_t s;

	if (num_scan_duration(value, n, HOOKRULE_WAIT_MAX_S, &s) == -1 ||
	    s == 0)
		return "wait= is 1s to 60s";
	h->wait_ms = (int64_t)s * 1000;
	return NULL;
}

static const char *
context(struct hookrule *h, const char *value, size_t n)
{
	if (n > HOOKRULE_CONTEXT_MAX)
		return "context= has at most 200 bytes";
	memcpy(h->context, value, n);
	h->context[n] = '\0';
	return NULL;
}

/* one of two words, the second of which sets a bit */
static int
either(const char *value, size_t n, const char *no, const char *yes)
{
	return ascii_is(value, n, no) ? 0 : ascii_is(value, n, yes) ? 1 : -1;
}

static const char *
option(struct hookrule *h, const char *name, const char *value, size_t n)
{
	int yes;

	if (strcmp(name, "wait") == 0)
		return wait(h, value, n);
	if (strcmp(name, "context") == 0)
		return context(h, value, n);
	if (strcmp(name, "conns") == 0)
		return number(value, n, HOOKRULE_CONNS_MAX, &h->conns);
	if (strcmp(name, "pipeline") == 0)
		return number(value, n, HOOKRULE_PIPELINE_MAX, &h->pipeline);
	if (strcmp(name, "else") == 0) {
		yes = either(value, n, "later", "go");
		h->go = yes == 1;
		return yes == -1 ? "else= is later or go" : NULL;
	}
	if (strcmp(name, "who") == 0) {
		yes = either(value, n, "outside", "all");
		h->everybody = yes == 1;
		return yes == -1 ? "who= is outside or all" : NULL;
	}
	return "not a word of this file";
}

const char *
hookrule_parse(struct hookrule *h, const char *p, size_t n)
{
	static const char *const names[] = { "wait=", "else=", "who=", "conns=",
		"pipeline=", "context=", NULL };
	char word[WORD_LINE_MAX + 1], *value;
	const char *end = p + n, *wrong = NULL;
	size_t len, n_value;
	unsigned i;
	int r = 1;

	memset(h, 0, sizeof *h);
	h->wait_ms = WAIT_DEFAULT_MS;
	h->conns = CONNS_DEFAULT;
	h->pipeline = 1;
	if (n > WORD_LINE_MAX)
		return "a line has at most 4096 bytes";
	if (word_twice(p, end, names, h->twice) != NULL)
		return h->twice;
	for (i = 0; wrong == NULL && (r = word_next(&p, end, word, &len)) == 1;
	     i++)
		if (i == 0)
			wrong = stages(h, word, len);
		else if (i == 1)
			wrong = where(h, word, len);
		else if ((value = word_value(word, len, &n_value)) == NULL)
			wrong = "not a word of this file";
		else
			wrong = option(h, word, value, n_value);
	if (r == -1)
		return "a quote is not closed, or a control character";
	return wrong == NULL && i < 2 ? "STAGE WHERE, at least" : wrong;
}

/* the file */

static int
line(void *state, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	unsigned *count = state;
	struct hookrule h;
	const char *wrong = hookrule_parse(&h, p, n);
	char key[16], at[16];
	int k, len = snprintf(at, sizeof at, "%u", lineno);

	if (wrong != NULL)
		return conffile_wrong(sink, wrong);
	if (*count == HOOKRULE_MAX)
		return conffile_wrong(sink, "more than 32 hooks");
	k = snprintf(key, sizeof key, "@%u", ++*count);
	if (sink->add(sink->arg, key, (size_t)k, at, (size_t)len) == -1)
		return -1;
	return sink->add(sink->arg, key + 1, (size_t)k - 1, p, n);
}

const struct conffile conffile_hooks = { "hooks", sizeof(unsigned), line,
	NULL };

int
hookrule_get(const struct lookup *l, unsigned number, struct hookrule *h)
{
	char key[16];
	int k = snprintf(key, sizeof key, "@%u", number + 1);
	const char *data;
	size_t len;
	uint64_t lineno;
	int r = number >= HOOKRULE_MAX
	    ? 0
	    : lookup_get(l, key, (size_t)k, &data, &len);

	if (r != 1)
		return r;
	if (num_scan(data, len, 1, UINT32_MAX, &lineno) == -1 ||
	    lookup_get(l, key + 1, (size_t)k - 1, &data, &len) != 1 ||
	    hookrule_parse(h, data, len) != NULL)
		return -1;
	h->line = (unsigned)lineno;
	return 1;
}
