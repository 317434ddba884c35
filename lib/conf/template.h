#ifndef CONF_TEMPLATE_H
#define CONF_TEMPLATE_H

#include "base/buf.h"
#include "conf/word.h"

/*
 * Texts with %{name} in them, conf-fix(5).  %% is a percent sign, and so is
 * one that no brace follows.
 */
enum {
	TEMPLATE_VALUE_MAX = 512,  /* bytes that one name may bring */
	TEMPLATE_TOKEN_MAX = 1024, /* bytes of %{token} */
	TEMPLATE_MAX = 4096        /* of the whole; the rest is cut */
};

enum template_form {
	TEMPLATE_TEXT, /* of a field: control bytes become blanks */
	TEMPLATE_URL,  /* what names bring is percent-encoded (RFC 3986) */
	TEMPLATE_WORD  /* what names bring has no blank and no colon */
};

/*
 * The value of a name, appended raw to out; of: what stands behind the
 * colon in tag: and header:.  0, or -1 with ENOMEM.
 */
struct template_source {
	int (*get)(void *arg, struct slice name, struct slice of,
	    struct buf *out);
	void *arg;
};

/* what is wrong with it, or NULL; names: those that there are, NULL behind the
 * last, a colon at the end of one that takes :NAME; without: of conf-fix(5) */
const char *template_fault_of(const char *, size_t n, const char *const *names);
const char *template_fault(const char *, size_t n);
/* does it name this? */
int template_names(const char *, size_t n, const char *name);
/* appended to out; 0, or -1 with ENOMEM */
int template_put(struct buf *out, const char *, size_t n, enum template_form,
    const struct template_source *);

#endif
