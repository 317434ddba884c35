#include "failure/reply.h"
#include "failure/linesearch.h"
#include <stdlib.h>

void
replyregex_free(struct replyregex *x)
{
	while (x->n > 0) {
		x->n--;
		regfree(&x->one[x->n]->re);
		free(x->one[x->n]);
	}
}

static struct replyregex_one *
compile(struct slice text)
{
	struct replyregex_one *o = calloc(1, sizeof *o);

	if (o == NULL || text.n > CONDITION_REGEX_MAX) {
		free(o);
		return NULL;
	}
	memcpy(o->text, text.p, text.n);
	if (regcomp(&o->re, o->text, REG_EXTENDED | REG_ICASE | REG_NOSUB) !=
	    0) {
		free(o);
		return NULL;
	}
	return o;
}

static int
fits(void *arg, struct slice text)
{
	struct replyregex *x = arg;
	struct replyregex_one *o;
	unsigned i;

	for (i = 0; i < x->n && !word_is(text, x->one[i]->text);)
		i++;
	if (i == x->n) {
		o = compile(text);
		if (o == NULL)
			return 0;
		/* those of tables before */
		if (x->n == REPLYFILE_REGEX_MAX)
			replyregex_free(x);
		i = x->n++;
		x->one[i] = o;
	}
	return regexec(&x->one[i]->re, x->subject, 0, NULL, 0) == 0;
}

/* the reply as one line; control characters are blanks */
static void
plain(char out[WORDS_TEXT_MAX + 1], struct slice text)
{
	size_t i, n = text.n < WORDS_TEXT_MAX ? text.n : WORDS_TEXT_MAX;

	for (i = 0; i < n; i++)
		out[i] = (unsigned char)text.p[i] < ' ' ? ' ' : text.p[i];
	out[n] = '\0';
}

int
reply_look(const struct lookup *l, const struct reply_facts *f,
    struct replyregex *x, struct reply *out)
{
	struct linesearch s;
	char subject[WORDS_TEXT_MAX + 1];

	memset(out, 0, sizeof *out);
	linesearch_begin(&s, l);
	words_of(&s.words, f->text.p, f->text.n);
	linesearch_host(&s, f->host);
	linesearch_code(&s, f->failure->code);
	s.esc = (struct slice){ f->failure->esc, strlen(f->failure->esc) };
	s.phase =
	    (struct slice){ f->failure->phase, strlen(f->failure->phase) };
	s.failure =
	    (struct slice){ f->failure->class, strlen(f->failure->class) };
	s.site = f->site;
	s.provider = f->provider;
	s.via = f->via;
	if (x != NULL) {
		plain(subject, f->text);
		x->subject = subject;
		s.regex = fits;
		s.arg = x;
	}
	if (linesearch_find(&s, "whesopfci*") == -1)
		return -1;
	if (s.line == 0)
		return 0;
	if (!word_is(s.says, "=does") ||
	    replyact_parse(&out->act, s.value) == -1)
		return -1;
	out->line = s.line;
	out->rule = s.rule;
	out->does = s.value;
	return 0;
}
