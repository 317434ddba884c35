#ifndef RECV_HEADRCPTS_H
#define RECV_HEADRCPTS_H

#include "recv/session.h"

/*
 * headrcpts_take - the recipients of a message are those that its header names
 *
 * header  of a whole message of one of our own people, who has a program that
 *         cannot say them in the protocol (smtp-recv -o header-rcpts)
 * sender  as the envelope has it, in place
 *
 * In the envelope they come in place of all others, with what was said of
 * those.  Returns NULL; or the reply that refuses the message: one of them is no
 * address, or may not be written to, and nobody else would be told; or there is
 * none, or too many.
 */
const struct smtpin_reply *headrcpts_take(struct session *, struct slice header,
    struct slice sender);

#endif
