#ifndef FIX_COMPLETE_H
#define FIX_COMPLETE_H

#include "fix/facts.h"
#include "fix/fix.h"

/*
 * What everybody gets, without any rule: Bcc, Resent-Bcc and Return-Path go,
 * what is missing of Message-ID, Date, From and Received is put in, and
 * addresses without a domain get this host's (RFC 6409 section 8, RFC 5321
 * section 4.4).
 */

/*
 * fixcomplete - a header made whole
 *
 * m     its header is changed, and its front receives a Received
 * f     of the message; its header is not m's, which moves
 *
 * Returns 0, or -1 with ENOMEM.
 */
int fixcomplete(struct fix_mail *, struct fixfacts *, const struct fix_site *);

/* without rules, and where Received and From are there: 1 when there is
 * something to be changed, else 0 */
int fixcomplete_needed(const char *header, size_t n);

#endif
