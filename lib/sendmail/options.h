#ifndef SENDMAIL_OPTIONS_H
#define SENDMAIL_OPTIONS_H

#include "sendmail/envelope.h"

/*
 * The options of sendmail(8): what callers of other sendmails say, too.  Those
 * that mean nothing here are taken, and nothing is done.
 */
struct sendmail_options {
	char mode;               /* -b: m, p, s, v, i or k; q for -q */
	char odd_mode;           /* -e, -oe: who is told of bad addresses */
	const char *dir;         /* -C; as what follows, of argv, or NULL */
	const char *from, *name; /* -f, -F */
	const char *body;        /* -B: 7BIT or 8BITMIME, any case */
	const char *ret, *envid; /* -R: FULL or HDRS, a constant; -V */
	const char *retry;       /* -q: what it names, "": nothing */
	int take_rcpts, keep_dots, verbose; /* -t, -i, -v */
	struct buf lines;                   /* of the envelope: -O */
	int64_t now_s;                      /* since 1970 */
};

/* as without any option: -bm, and bad addresses mailed */
void sendmail_options_init(struct sendmail_options *, int64_t now_s);
/*
 * sendmail_options_read - all options of a command line
 *
 * envelope  receives what -N says
 *
 * optind is behind them then.  Returns NULL, or what is wrong, a constant;
 * errno is ENOMEM when memory is out, else 0.
 */
const char *sendmail_options_read(struct sendmail_options *,
    struct envelope *envelope, int argc, char **argv);

#endif
