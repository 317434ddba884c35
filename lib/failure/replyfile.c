#include "failure/replyfile.h"
#include "base/num.h"
#include "conf/conftext.h"
#include "failure/condition.h"
#include "failure/replyact.h"
#include <regex.h>
#include <stdio.h>

static const struct condition_set conditions = { 1 << CONDITION_HOST |
	    1 << CONDITION_ESC | 1 << CONDITION_SITE | 1 << CONDITION_PROVIDER |
	    1 << CONDITION_PHASE | 1 << CONDITION_FAILURE |
	    1 << CONDITION_CODE | 1 << CONDITION_VIA | 1 << CONDITION_REGEX,
	"unknown word; actions, then host: esc: site: provider: phase: "
	"failure: code: via: and text: may stand here",
	"whesopfci*" };

struct state {
	struct rules rules;
	unsigned base;  /* added to the numbers of lines */
	unsigned regex; /* so many expressions */
	struct buf failures, pools;
	int shipped; /* a version may be said */
	int versions;
};

/* the actions from *p on, which is left behind them, and their words with one
 * blank between into says; NULL, or what is wrong */
static const char *
read_actions(struct replyact *a, const char **p, const char *end,
    char says[WORD_LINE_MAX + 1])
{
	const char *at = *p, *bad;
	struct slice w;
	size_t n = 0;
	int got;

	replyact_begin(a);
	while (condition_next(&at, end, &w)) {
		got = replyact_word(a, w, &bad);
		if (got == -1)
			return bad;
		if (got == 0)
			break;
		n += (size_t)snprintf(says + n, WORD_LINE_MAX + 1 - n, "%s%.*s",
		    n == 0 ? "" : " ", (int)w.n, w.p);
		*p = at;
	}
	return replyact_check(a);
}

/* can it be one? */
static const char *
check_regex(struct state *s, struct slice re)
{
	char text[CONDITION_REGEX_MAX + 1];
	regex_t r;

	if (re.p == NULL)
		return NULL;
	if (++s->regex > REPLYFILE_REGEX_MAX)
		return "more than 100 regular expressions in the file";
	memcpy(text, re.p, re.n);
	text[re.n] = '\0';
	if (regcomp(&r, text, REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0)
		return "not an extended regular expression";
	regfree(&r);
	return NULL;
}

/* every failure of everybody is no condition that somebody means */
static const char *
check(const struct replyact *a, const struct conditions *c)
{
	unsigned i;

	if (a->none || c->phrases.p != NULL)
		return NULL;
	for (i = 0; i < CONDITIONS; i++)
		if (c->value[i].p != NULL)
			return NULL;
	return "no condition";
}

/* what lines call failures by, for conf-build */
static const char *
note_failures(struct state *s, struct slice names, unsigned lineno)
{
	struct slice one;

	if (names.p == NULL || s->shipped)
		return NULL;
	while (word_piece(&names, ',', &one))
		if (buf_printf(&s->failures, "%u %.*s\n", lineno, (int)one.n,
			one.p) == -1)
			return "out of memory";
	return NULL;
}

/* the pool that a line names, the same */
static const char *
note_pool(struct state *s, struct slice pool, unsigned lineno)
{
	return pool.n > 0 && !s->shipped &&
		buf_printf(&s->pools, "%u %.*s\n", lineno, (int)pool.n,
		    pool.p) == -1
	    ? "out of memory"
	    : NULL;
}

static const char *
rule(struct state *s, const char *p, const char *end, unsigned lineno)
{
	struct conditions on = { 0 };
	struct replyact act;
	char says[WORD_LINE_MAX + 1] = "";
	const char *bad = read_actions(&act, &p, end, says);

	if (bad == NULL)
		bad = condition_read(&on, &conditions, p, end);
	if (bad == NULL)
		bad = check(&act, &on);
	if (bad == NULL)
		bad = check_regex(s, on.value[CONDITION_REGEX]);
	if (bad == NULL)
		bad = note_failures(s, on.value[CONDITION_FAILURE], lineno);
	if (bad == NULL)
		bad = note_pool(s, act.pool, lineno);
	return bad != NULL
	    ? bad
	    : condition_keep(&s->rules, &conditions, &on, 'w', "=does",
		  (struct slice){ says, strlen(says) }, s->base + lineno);
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct state *s = arg;
	const char *at = p, *end = p + n, *bad;
	struct slice w;

	if (condition_next(&at, end, &w) && word_is(w, "version") &&
	    condition_next(&at, end, &w))
		return condition_version(s->shipped, &s->versions, w, sink);
	bad = n > WORD_LINE_MAX ? "line too long" : rule(s, p, end, lineno);
	return bad == NULL ? 0 : conffile_wrong(sink, bad);
}

/* a record of names, which goes: is it not in the table? */
static int
add_names(const struct conffile_sink *sink, const char *key, struct buf *names)
{
	int bad = buf_len(names) > 0 &&
	    sink->add(sink->arg, key, strlen(key), buf_data(names),
		buf_len(names)) == -1;

	buf_free(names);
	return bad;
}

/* behind the site's lines, those that are shipped */
static int
finish(void *arg, const struct conffile_sink *sink)
{
	struct state *s = arg;
	const char *at = reply_shipped, *p;
	unsigned lineno = 0;
	size_t n;
	int bad;

	s->base = FAILURE_SHIPPED_AT;
	s->shipped = 1;
	while (conftext_next(&at, reply_shipped_end, &lineno, &p, &n))
		line(s, p, n, lineno, sink);
	bad = add_names(sink, "=failures", &s->failures);
	bad |= add_names(sink, "=pools", &s->pools);
	return rules_finish(&s->rules, FAILURE_KEY_MAX, sink) == -1 || bad ? -1
									   : 0;
}

int
replyfile_name(struct slice *rest, unsigned *line, struct slice *name)
{
	struct slice number;
	uint64_t n;

	if (rest->n == 0 || !word_piece(rest, '\n', name) || name->n == 0)
		return 0;
	if (!word_piece(name, ' ', &number) ||
	    num_scan(number.p, number.n, 1, UINT32_MAX, &n) == -1)
		return 0;
	*line = (unsigned)n;
	return 1;
}

const struct conffile conffile_replies = { "replies", sizeof(struct state),
	line, finish };
