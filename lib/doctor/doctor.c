#include "doctor/doctor.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

const char *
doctor_word(enum doctor_grade g)
{
	static const char *const words[] = { "good", "warning", "bad" };

	return words[g];
}

static void
printable(char *s)
{
	for (; *s != '\0'; s++)
		if (*s < ' ' || *s > '~')
			*s = '?';
}

void
doctor_say(const struct doctor_report *r, enum doctor_grade grade,
    const char *subject, const char *fmt, ...)
{
	char head[DOCTOR_SUBJECT_MAX + 1], text[DOCTOR_TEXT_MAX + 1];
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
has_address(const struct dnsa *a, const struct doctor_source *s)
{
	unsigned i;

	for (i = 0; a->status == DNSA_OK && i < a->n; i++)
		if (a->len[i] == s->len &&
		    memcmp(a->data[i], s->ip, s->len) == 0)
			return 1;
	return 0;
}

void
doctor_source_init(struct doctor_source_check *c,
    const struct doctor_source *source, const struct doctor_report *report)
{
	memset(c, 0, sizeof *c);
	c->source = source;
	c->report = *report;
}

/* RFC 1912 section 2.1; what receivers look at first */
static void
say_names(struct doctor_source_check *c)
{
	const struct doctor_source *s = c->source;
	char subject[100];

	snprintf(subject, sizeof subject, "%s PTR", s->text);
	if (c->lost && !c->confirmed)
		doctor_say(&c->report, DOCTOR_WARNING, subject,
		    "the DNS did not answer: look again");
	else if (c->n_names == 0)
		doctor_say(&c->report, DOCTOR_BAD, subject,
		    "no name: have its provider set it to %s",
		    s->helo[0] != '\0' ? s->helo : "that in EHLO");
	else if (!c->confirmed)
		doctor_say(&c->report, DOCTOR_BAD, subject,
		    "%s does not have the address %s: add it there, or "
		    "change the name",
		    c->name[0], s->text);
	else
		doctor_say(&c->report, DOCTOR_GOOD, subject, "%s", c->name[0]);
}

static void
say_helo(struct doctor_source_check *c, const struct dnsa *a)
{
	const struct doctor_source *s = c->source;
	char subject[100];

	snprintf(subject, sizeof subject, "%s EHLO", s->text);
	if (a->status == DNSA_FAILED)
		doctor_say(&c->report, DOCTOR_WARNING, subject,
		    "the DNS did not answer for %s: look again", s->helo);
	else if (!has_address(a, s))
		doctor_say(&c->report, DOCTOR_BAD, subject,
		    "%s does not have the address %s: add it, or say "
		    "another name (helo= in conf/pools, conf/me)",
		    s->helo, s->text);
	else if (!c->agrees)
		doctor_say(&c->report, DOCTOR_WARNING, subject,
		    "%s is not the name that the address has%s%s: make "
		    "them the same",
		    s->helo, c->n_names > 0 ? ", " : "",
		    c->n_names > 0 ? c->name[0] : "");
	else
		doctor_say(&c->report, DOCTOR_GOOD, subject, "%s", s->helo);
}

int
doctor_source_want(struct doctor_source_check *c, struct dnsq *q)
{
	const struct doctor_source *s = c->source;

	if (c->step == DOCTOR_PTR) {
		dnsq_reverse(q, s->ip, s->len);
		return 1;
	}
	q->type = s->len == 4 ? DNSQ_A : DNSQ_AAAA;
	for (; c->step == DOCTOR_FORWARD; c->next++) {
		if (c->next == c->n_names) {
			say_names(c);
			c->step = DOCTOR_HELO;
		} else if (dnsq_name(q, c->name[c->next],
			       strlen(c->name[c->next])) == 0) {
			return 1;
		}
	}
	if (c->step == DOCTOR_HELO && s->helo[0] != '\0' &&
	    dnsq_name(q, s->helo, strlen(s->helo)) == 0)
		return 1;
	c->step = DOCTOR_SOURCE_END;
	return 0;
}

void
doctor_source_answer(struct doctor_source_check *c, const struct dnsa *a)
{
	unsigned i;

	if (c->step == DOCTOR_PTR) {
		for (i = 0; a->status == DNSA_OK && i < a->n &&
		     c->n_names < DOCTOR_NAMES_MAX;
		     i++)
			if (dnsa_domain(a, i, DNSQ_PTR, c->name[c->n_names]) >
			    0)
				c->n_names++;
		c->lost = a->status == DNSA_FAILED;
		c->step = DOCTOR_FORWARD;
	} else if (c->step == DOCTOR_FORWARD) {
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
		c->step = DOCTOR_SOURCE_END;
	}
}
