#ifndef DOCTOR_DOCTOR_H
#define DOCTOR_DOCTOR_H

#include "dns/dnsq.h"

/*
 * What the DNS says of those who send: have our addresses names that fit,
 * and see doctordomain.h.  Machines with questions, dnsq.h, that say what
 * they find.
 */
enum {
	DOCTOR_SUBJECT_MAX = 600, /* bytes; the rest is cut, as of the text */
	DOCTOR_TEXT_MAX = 1200,
	DOCTOR_NAMES_MAX = 5 /* names of an address that are looked at */
};

enum doctor_grade { DOCTOR_GOOD, DOCTOR_WARNING, DOCTOR_BAD };
const char *doctor_word(enum doctor_grade);

/* who hears of it: both texts are printable ASCII */
struct doctor_report {
	void (*say)(void *arg, enum doctor_grade, const char *subject,
	    const char *text);
	void *arg;
};

/* an address that mail goes out from */
struct doctor_source {
	const char *text; /* the address */
	unsigned char ip[16];
	unsigned char len; /* 4 or 16 */
	const char *helo;  /* the name in EHLO, "" when not known */
};

struct doctor_source_check {
	const struct doctor_source *source;
	struct doctor_report report;
	enum {
		DOCTOR_PTR,
		DOCTOR_FORWARD,
		DOCTOR_HELO,
		DOCTOR_SOURCE_END
	} step;
	char name[DOCTOR_NAMES_MAX][DNSQ_NAME_MAX + 1];
	unsigned n_names, next;
	unsigned confirmed : 1; /* one of the names leads back */
	unsigned agrees : 1;    /* and is the one in EHLO */
	unsigned lost : 1;
};

void doctor_source_init(struct doctor_source_check *,
    const struct doctor_source *, const struct doctor_report *);
int doctor_source_want(struct doctor_source_check *, struct dnsq *);
void doctor_source_answer(struct doctor_source_check *, const struct dnsa *);

/* for both: say it, cut and printable */
void doctor_say(const struct doctor_report *, enum doctor_grade,
    const char *subject, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
