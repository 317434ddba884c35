#ifndef RECV_SENDERS_H
#define RECV_SENDERS_H

#include "conf/conffile.h"
#include "conf/lookup.h"
#include "conf/word.h"
#include "sasl/saslname.h"

/*
 * The file senders, conf(5): as whom a login may send.  A line has a login
 * and words
 *
 *   LOGIN   or *: every login, beside its own lines
 *   words   user@domain  @domain  @.domain (below it)  <login>  <>  *
 *
 * and each word is a record of its own: its key is the login, a NUL and the
 * word, in lower case.  So a login may have any number of them, and a question
 * is a few look-ups.
 */
extern const struct conffile conffile_senders;

enum senders_verdict { SENDERS_NO, SENDERS_YES, SENDERS_UNKNOWN };

/*
 * senders_may - may this login send as this address?
 *
 * me       what stands behind the @ of a login that has none
 * address  as address_plain() has it, with a domain; empty: the null sender
 *
 * SENDERS_UNKNOWN: the table cannot be read now.
 */
enum senders_verdict senders_may(const struct lookup *, const char *me,
    const char *login, struct slice address);

#endif
