#include "recv/rcptfile.h"
#include "base/ascii.h"
#include "mail/address.h"

static const char *const words[] = { "", "users", "any", "next", "program" };
enum { WORDS = sizeof words / sizeof *words };

const char *
rcptfile_word(enum rcptfile_how how)
{
	return words[how];
}

/* the words behind the domain; NULL, or what is wrong */
static const char *
rule(const char **p, const char *end, struct rcptfile_rule *r)
{
	char word[WORD_LINE_MAX + 1];
	size_t n;
	int how, more;

	if (word_next(p, end, word, &n) != 1 ||
	    (how = ascii_which(words + 1, WORDS - 1, word, n)) == -1)
		return "want users, any, next or program behind the domain";
	r->how = (enum rcptfile_how)(how + 1);
	r->take = 0;
	more = word_next(p, end, word, &n);
	if (more == 0)
		return NULL;
	if (r->how != RCPTFILE_NEXT && r->how != RCPTFILE_PROGRAM)
		return "unsure= is for next and program: nobody else is asked";
	r->take = more == 1 && ascii_is(word, n, "unsure=take");
	if (!r->take && (more == -1 || !ascii_is(word, n, "unsure=later")))
		return "want unsure=later or unsure=take";
	return word_next(p, end, word, &n) == 0
	    ? NULL
	    : "more words than a domain has";
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	char word[WORD_LINE_MAX + 1];
	const char *end = p + n, *rest, *fault;
	struct rcptfile_rule r;
	struct address a;
	size_t len;

	if (word_next(&p, end, word, &len) != 1 ||
	    (!word_domain(word, len) && !address_literal(word, len)) ||
	    address_set(&a, word, len) == -1)
		return conffile_wrong(sink, "not a domain name");
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	rest = p;
	fault = rule(&p, end, &r);
	if (fault != NULL)
		return conffile_wrong(sink, fault);
	if (wordset_once(arg, a.key, a.len, lineno, sink) == -1)
		return -1;
	return sink->add(sink->arg, a.key, a.len, rest, (size_t)(end - rest));
}

const struct conffile conffile_rcpt = { "rcpt", sizeof(struct wordset), line,
	wordset_finish };

int
rcptfile_find(const struct lookup *l, struct slice domain,
    struct rcptfile_rule *r)
{
	const char *data;
	size_t n;
	int got;

	r->how = RCPTFILE_UNSAID;
	r->take = 0;
	if (domain.n == 0)
		return 0;
	got = lookup_get(l, domain.p, domain.n, &data, &n);
	if (got != 1)
		return got;
	return n > WORD_LINE_MAX || rule(&data, data + n, r) != NULL ? -1 : 1;
}
