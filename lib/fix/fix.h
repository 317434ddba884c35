#ifndef FIX_FIX_H
#define FIX_FIX_H

#include "fix/rules.h"
#include "mail/token.h"

/*
 * A message of our own people made what receivers demand: the rules of
 * conf-fix(5), then without Bcc, Resent-Bcc and Return-Path, and with what
 * is still missing of Message-ID, Date, From and Received.  What needs
 * nothing is not changed.
 */
enum {
	FIX_KEY_MAX = 255,   /* bytes of set-key:; more is refused */
	FIX_TAG_MAX = 512,   /* bytes of tag: and tenant:; the rest is cut */
	FIX_URL_MAX = 900,   /* a longer one is left out */
	FIX_LISTS_MAX = 1000 /* allow-from: that apply to one message */
};

struct fix_site {
	const char *me;
	const struct lookup *rules;
	const struct rulesearch *loaded;
	const struct token_keys *keys; /* NULL, or n 0: none */
	int add_from;                  /* a missing From becomes the sender */
};

enum fix_verdict {
	FIX_PASS,
	FIX_TEMP, /* the table is damaged, or there is no key */
	FIX_PERM  /* refused */
};

struct fix_mail {
	/* given */
	int64_t now; /* seconds since 1970 */
	unsigned char rnd[TOKEN_RANDOM_LEN];
	struct buf *env, *header, *front; /* as in stage/stage.h */
	int long_header; /* only a part of it is there: it stays as it is */
	/* received */
	int changed;                 /* header */
	char pixel[FIX_URL_MAX + 1]; /* URL of the image to be put in, or
				      * empty: mime/pixel.h */
	int seven_bit;    /* the body is to be 7bit: mime/sevenbit.h */
	const char *text; /* status code and reason, when not PASS */
	unsigned line;    /* the rule that refuses, or 0 */
	int from_refused; /* by check-from */
	char said[FIXRULES_TEXT_MAX + 16];
};

/* all of it; -1 with ENOMEM, else a fix_verdict */
int fix_message(const struct fix_site *, struct fix_mail *);

#endif
