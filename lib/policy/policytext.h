#ifndef POLICY_POLICYTEXT_H
#define POLICY_POLICYTEXT_H

#include "base/buf.h"
#include "base/slice.h"

/*
 * The SMTP access policy delegation protocol of Postfix (SMTPD_POLICY_README)
 * on the wire: a request is a line NAME=VALUE for each attribute, and an empty
 * line; an answer is the one attribute `action', and an empty line.  Answers
 * come in the order of the requests.
 */
enum {
	POLICYTEXT_VALUE_MAX = 2048, /* bytes of an attribute's value */
	POLICYTEXT_REQUEST_MAX = 65536,
	POLICYTEXT_ANSWER_MAX = 8192 /* with its empty line */
};

/* an attribute; a control character in its value becomes a question mark, and
 * what is longer than POLICYTEXT_VALUE_MAX is cut.  0, or -1 with ENOMEM */
int policytext_put(struct buf *, const char *name, struct slice value);
/* the same of a string; NULL is empty */
int policytext_puts(struct buf *, const char *name, const char *value);

/*
 * policytext_block - is there a whole request, or answer, in p[0..n)?
 *
 * Lines may end in CR LF, too.  Returns its bytes with those of its empty line,
 * or 0: not yet.
 */
size_t policytext_block(const char *p, size_t n);
/* the value of the first attribute with this name in such a block, p NULL: there
 * is none */
struct slice policytext_get(const char *p, size_t n, const char *name);
/* is each line of the block NAME=VALUE? */
int policytext_ok(const char *p, size_t n);

#endif
