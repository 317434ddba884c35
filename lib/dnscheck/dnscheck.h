#ifndef DNSCHECK_DNSCHECK_H
#define DNSCHECK_DNSCHECK_H

#include "base/buf.h"
#include "dns/dnsq.h"

/*
 * What the DNS says of those who send: have our addresses names that fit,
 * and see dnscheck/domain.h.  Machines with questions, dnsq.h, that say what
 * they find.
 */
enum {
	DNSCHECK_SUBJECT_MAX = 600, /* bytes; the rest is cut, as of the text */
	DNSCHECK_TEXT_MAX = 1200,
	DNSCHECK_NAMES_MAX = 5 /* names of an address that are looked at */
};

enum dnscheck_grade { DNSCHECK_GOOD, DNSCHECK_WARNING, DNSCHECK_BAD };
/* "good", "warning", "bad": constants */
const char *dnscheck_word(enum dnscheck_grade);

/* who hears of it: both texts are printable ASCII */
struct dnscheck_report {
	void (*say)(void *arg, enum dnscheck_grade, const char *subject,
	    const char *text);
	void *arg;
};

/* a listener that keeps lines, "GRADE TAB SUBJECT TAB TEXT"; all zero has
 * none */
struct dnscheck_lines {
	struct buf text;
	int failed;         /* -1: there was no memory for one of them */
	unsigned quiet : 1; /* what is good is not told */
};
/* lines: of type struct dnscheck_lines, as arg of a struct dnscheck_report */
void dnscheck_line(void *lines, enum dnscheck_grade, const char *subject,
    const char *text);

/* an address that mail goes out from */
struct dnscheck_source {
	const char *text; /* the address */
	unsigned char ip[16];
	unsigned char len; /* 4 or 16 */
	const char *helo;  /* the name in EHLO, "" when not known */
};

struct dnscheck_source_check {
	const struct dnscheck_source *source;
	struct dnscheck_report report;
	enum {
		DNSCHECK_PTR,
		DNSCHECK_FORWARD,
		DNSCHECK_HELO,
		DNSCHECK_SOURCE_END
	} step;
	char name[DNSCHECK_NAMES_MAX][DNSQ_NAME_MAX + 1];
	unsigned n_names, next;
	unsigned confirmed : 1; /* one of the names leads back */
	unsigned agrees : 1;    /* and is the one in EHLO */
	unsigned lost : 1;
};

void dnscheck_source_init(struct dnscheck_source_check *,
    const struct dnscheck_source *, const struct dnscheck_report *);
/* 1 with the next question, 0 when there is none: it has been told */
int dnscheck_source_want(struct dnscheck_source_check *, struct dnsq *);
void dnscheck_source_answer(struct dnscheck_source_check *,
    const struct dnsa *);

/* for both: say it, cut and printable */
void dnscheck_say(const struct dnscheck_report *, enum dnscheck_grade,
    const char *subject, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
