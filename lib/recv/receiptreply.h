#ifndef RECV_RECEIPTREPLY_H
#define RECV_RECEIPTREPLY_H

#include "chain/receipt.h"
#include "smtp/smtpin.h"

enum { RECEIPTREPLY_ESC = 16 /* bytes of an enhanced status code */ };

struct receiptreply {
	struct smtpin_reply reply;
	char esc[RECEIPTREPLY_ESC];
};

/*
 * receiptreply_make - what the client hears of a receipt
 *
 * r     receives it
 * text  p[0..n) is the receipt's: an id, or why it is not taken, with an
 *       enhanced status code in front or without; one of another class than
 *       the receipt is no code
 * t     holds the text of the reply, and is cleared before
 *
 * Returns r->reply, whose strings point into r and t; NULL when there is no
 * memory.
 */
const struct smtpin_reply *receiptreply_make(struct receiptreply *r,
    enum receipt_kind, const char *p, size_t n, struct buf *t);

#endif
