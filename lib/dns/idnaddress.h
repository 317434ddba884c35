#ifndef DNS_IDNADDRESS_H
#define DNS_IDNADDRESS_H

#include "conf/word.h"

/*
 * idnaddress_form - the one form of an address by which it is known again,
 * however somebody writes it
 *
 * p, n  an address user@domain, in any of its forms
 * out   receives it with a NUL behind: the domain in lower case and A-labels,
 *       the local part in lower case, without quotes that are not needed; an
 *       extension stays
 *
 * Returns its length, or -1: it is no such address.
 */
int idnaddress_form(const char *p, size_t n, char out[WORD_ADDRESS_MAX + 1]);

#endif
