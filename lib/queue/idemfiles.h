#ifndef QUEUE_IDEMFILES_H
#define QUEUE_IDEMFILES_H

#include "queue/idemstore.h"

/*
 * The files of QUEUE/keys, for idemstore: segments NNNNNNNNNN of lines as in
 * idemline.h, and the lock.  All but idemfiles_open() and idemfiles_clean()
 * are for who holds it.  -1 comes with errno.
 */

/* the folder and the lock, made where they are missing; 0 or -1 */
int idemfiles_open(struct idemstore *);
/* no segment ends in a line that has no mark behind it: 1, else 0 or -1 */
int idemfiles_clean(struct idemstore *);
/* the lines that others and we have added; 0 or -1 */
int idemfiles_read(struct idemstore *);
/* lines into the newest segment, and they count; 0 or -1 */
int idemfiles_write(struct idemstore *, const char *, size_t n);
/* names of the folder that are new are safe then; 0 or -1 */
int idemfiles_names(struct idemstore *);
/* a new segment where the newest is full or old, those gone whose lifetime is
 * over; 0 or -1 */
int idemfiles_turn(struct idemstore *, int64_t now_us);
/* the line of an entry: 1, 0: there is none any more, -1 */
int idemfiles_line(struct idemstore *, const struct idemtable_entry *,
    struct idemstore_pending *);
/* which of s->pending are in the queue, durably, or have been: there[i] is 1
 * or 0; 0 or -1 */
int idemfiles_look(struct idemstore *, char *there);
/* lines that say so; 0 or -1 */
int idemfiles_mark(struct idemstore *, const char *there);

#endif
