#ifndef SPF_WORK_H
#define SPF_WORK_H

#include "spf/spf.h"
#include "spf/term.h"

/*
 * The inside of the SPF machine: what spf.c, answer.c, spfrecord.c and
 * spfname.c have of each other.  Nobody else includes this.  They call each
 * other in a circle because the thing is one: an answer leads to the terms of
 * a record, a term to a question or, by include (RFC 7208 section 5.2), to
 * the terms of another record.
 *
 * It goes on until there is a question or a result.  A term that needs
 * several answers is begun again after each of those that stay known (the
 * client's names, %{p}), so that only the others have a state:
 *
 *	question      answer leads to
 *	RECORD        the terms of the frame, from the first on
 *	ADDRESS       match, or the next term
 *	EXISTS        match, or the next term
 *	MX            MX_HOST for each name
 *	MX_HOST       match, or the next name, or the next term
 *	PTR           the same term again, now with names
 *	PTR_HOST      the same term again, now knowing about this name
 *	EXP           the explanation
 */
enum spfwork_asked {
	NOTHING,
	RECORD,
	ADDRESS,
	EXISTS,
	MX,
	MX_HOST,
	PTR,
	PTR_HOST,
	EXP
};
enum spfwork_phase { TERMS, EXP_NAME, EXP_TEXT, OVER };
enum spfwork_name { UNKNOWN, VALID, NOT_VALID };
enum spfwork_target { NO_TARGET, TARGET, ASKED };

/* spf.c: questions */
/* 0 when there can be no such name */
int spfwork_ask(struct spf *, enum spfwork_asked, int type, const char *name);
/* DNSQ_A or DNSQ_AAAA: what the client's address would be in */
int spfwork_address_type(const struct spf *);
/* one more answer without records; 0 when that was one too many */
int spfwork_void(struct spf *);

/* spfanswer.c */
/* s->asked is answered: on, as far as the answer leads */
void spfwork_on_answer(struct spf *, const struct dnsa *);

/* spfrecord.c: results, records, from term to term */
void spfwork_end(struct spf *, enum spf_result, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
struct spf_frame *spfwork_top(struct spf *);
/* the term of the top frame at its pos, and where it ends; as
 * spfterm_next() */
int spfwork_current(struct spf *, struct spfterm *, unsigned *behind);
void spfwork_next(struct spf *);
/* the current term matches */
void spfwork_matched(struct spf *);
/* the record of the top frame has no term that matches */
void spfwork_unmatched(struct spf *);
/* ask for the record of a domain, in the top frame */
void spfwork_start(struct spf *, const char *domain);
void spfwork_on_record(struct spf *, const struct dnsa *);

/* spfname.c: the client's names, domains of terms, explanations */
/* 1 when no byte is above 127, else 0 */
int spfwork_ascii(const char *, size_t);
/* 2: the domain itself, 1: below it, 0: neither */
int spfwork_belongs(const char *name, const char *domain);
/* for_macro: it is about %{p}, not a ptr.  Always 0: an answer is waited for */
int spfwork_ask_ptr(struct spf *, int for_macro);
/* is name i the client's?  UNKNOWN: it has been asked for */
enum spfwork_name spfwork_check_name(struct spf *, unsigned i);
/* the domain that a term names; without domain-spec the frame's own */
enum spfwork_target spfwork_target(struct spf *, const char *spec, size_t n,
    char name[DNSQ_NAME_MAX + 1]);
/* fail, in our words */
void spfwork_by_default(struct spf *);
/* fail: the next step towards the domain's words */
void spfwork_explain(struct spf *);
void spfwork_on_exp(struct spf *, const struct dnsa *);

#endif
