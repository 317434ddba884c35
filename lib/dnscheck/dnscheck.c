#include "dnscheck/dnscheck.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

const char *
dnscheck_word(enum dnscheck_grade g)
{
	static const char *const words[] = { "good", "warning", "bad" };

	return words[g];
}

void
dnscheck_line(void *arg, enum dnscheck_grade grade, const char *subject,
    const char *text)
{
	struct dnscheck_lines *l = arg;

	if (l->quiet && grade == DNSCHECK_GOOD)
		return;
	if (buf_printf(&l->text, "%s\t%s\t%s\n", dnscheck_word(grade), subject,
		text) == -1)
		l->failed = -1;
}

static void
printable(char *s)
{
	for (; *s != '\0'; s++)
		if (*s < ' ' || *s > '~')
			*s = '?';
}

void
dnscheck_say(const struct dnscheck_report *r, enum dnscheck_grade grade,
    const char *subject, const char *fmt, ...)
{
	char head[DNSCHECK_SUBJECT_MAX + 1], text[DNSCHECK_TEXT_MAX + 1];
	va_list ap;

	snprintf(head, sizeof head, "%s", subject);
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	printable(head);
	printable(text);
	r->say(r->arg, grade, head, text);
}

/* an address of this question's kind among the answer? */
static int
has_address(const struct dnsa *a, const struct dnscheck_source *s)
{
	unsigned i;

	for (i = 0; a->status == DNSA_OK && i < a->n; i++)
		if (a->len[i] == s->len &&
		    memcmp(a->data[i], s->ip, s->len) == 0)
			return 1;
	return 0;
}

void
dnscheck_source_init(struct dnscheck_source_check *c,
    const struct dnscheck_source *source, const struct dnscheck_report *report)
{
	memset(c, 0, sizeof *c);
	c->source = source;
	c->report = *report;
}

/* RFC 1912 section 2.1; what receivers look at first */
static void
say_names(struct dnscheck_source_check *c)
{
	const struct dnscheck_source *s = c->source;
	char subject[100];

	snprintf(subject, sizeof subject, "%s PTR", s->text);
	if (c->lost && !c->confirmed)
		dnscheck_say(&c->report, DNSCHECK_WARNING, subject,
		    "the DNS did not answer: look again");
	else if (c->n_names == 0)
		dnscheck_say(&c->report, DNSCHECK_BAD, subject,
		    "no name: have its provider set it to %s",
		    s->helo[0] != '\0' ? s->helo : "that in EHLO");
	else if (!c->confirmed)
		dnscheck_say(&c->report, DNSCHECK_BAD, subject,
		    "%s does not have the address %s: add it there, or "
		    "change the name",
		    c->name[0], s->text);
	else
		dnscheck_say(&c->report, DNSCHECK_GOOD, subject, "%s",
		    c->name[0]);
}

static void
say_helo(struct dnscheck_source_check *c, const struct dnsa *a)
{
	const struct dnscheck_source *s = c->source;
	char subject[100];

	snprintf(subject, sizeof subject, "%s EHLO", s->text);
	if (a->status == DNSA_FAILED)
		dnscheck_say(&c->report, DNSCHECK_WARNING, subject,
		    "the DNS did not answer for %s: look again", s->helo);
	else if (!has_address(a, s))
		dnscheck_say(&c->report, DNSCHECK_BAD, subject,
		    "%s does not have the address %s: add it, or say "
		    "another name (helo= in conf/pools, conf/me)",
		    s->helo, s->text);
	else if (!c->agrees)
		dnscheck_say(&c->report, DNSCHECK_WARNING, subject,
		    "%s is not the name that the address has%s%s: make "
		    "them the same",
		    s->helo, c->n_names > 0 ? ", " : "",
		    c->n_names > 0 ? c->name[0] : "");
	else
		dnscheck_say(&c->report, DNSCHECK_GOOD, subject, "%s", s->helo);
}

int
dnscheck_source_want(struct dnscheck_source_check *c, struct dnsq *q)
{
	const struct dnscheck_source *s = c->source;

	if (c->step == DNSCHECK_PTR) {
		dnsq_reverse(q, s->ip, s->len);
		return 1;
	}
	q->type = s->len == 4 ? DNSQ_A : DNSQ_AAAA;
	for (; c->step == DNSCHECK_FORWARD; c->next++) {
		if (c->next == c->n_names) {
			say_names(c);
			c->step = DNSCHECK_HELO;
		} else if (dnsq_name(q, c->name[c->next],
			       strlen(c->name[c->next])) == 0) {
			return 1;
		}
	}
	if (c->step == DNSCHECK_HELO && s->helo[0] != '\0' &&
	    dnsq_name(q, s->helo, strlen(s->helo)) == 0)
		return 1;
	c->step = DNSCHECK_SOURCE_END;
	return 0;
}

void
dnscheck_source_answer(struct dnscheck_source_check *c, const struct dnsa *a)
{
	unsigned i;

	if (c->step == DNSCHECK_PTR) {
		for (i = 0; a->status == DNSA_OK && i < a->n &&
		     c->n_names < DNSCHECK_NAMES_MAX;
		     i++)
			if (dnsa_domain(a, i, DNSQ_PTR, c->name[c->n_names]) >
			    0)
				c->n_names++;
		c->lost = a->status == DNSA_FAILED;
		c->step = DNSCHECK_FORWARD;
	} else if (c->step == DNSCHECK_FORWARD) {
		if (a->status == DNSA_FAILED)
			c->lost = 1;
		if (has_address(a, c->source)) {
			/* the first that leads back is the one to show */
			if (!c->confirmed && c->next > 0)
				memcpy(c->name[0], c->name[c->next],
				    sizeof c->name[0]);
			c->confirmed = 1;
			if (strcasecmp(c->name[c->next], c->source->helo) == 0)
				c->agrees = 1;
		}
		c->next++;
	} else {
		say_helo(c, a);
		c->step = DNSCHECK_SOURCE_END;
	}
}
