#ifndef SENDMAIL_ENVOPTION_H
#define SENDMAIL_ENVOPTION_H

#include "base/buf.h"
#include <stdint.h>

/*
 * The options of sendmail -O that are about the envelope, NAME=VALUE, as its
 * lines, parcel(5):
 *
 *	tag=NAME=VALUE   key=TEXT   tenant=NAME   prio=0..9
 *	send-at=TIME     expire=TIME
 *
 * TIME: as RFC 3339 writes it, seconds since 1970, or a time from now on with
 * a sign, +30m, +2h, +3d.
 */
enum {
	ENVOPTION_KEY_MAX = 255,            /* bytes of a key */
	ENVOPTION_LATER_MAX_S = 366 * 86400 /* of a time from now on */
};

/*
 * envoption_add - one option
 *
 * lines  get it
 * now_s  since 1970
 *
 * Options of other names are taken, and nothing is done.  NULL, or what is
 * wrong, a constant; errno is ENOMEM when memory is out, else 0.
 */
const char *envoption_add(struct buf *lines, const char *option, int64_t now_s);

#endif
