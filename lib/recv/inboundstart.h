#ifndef RECV_INBOUNDSTART_H
#define RECV_INBOUNDSTART_H

#include "recv/inbound.h"

/*
 * How a program that takes mail from strangers begins, whatever it speaks.  Each
 * ends the program with its reason where that cannot be done.
 */

/* this host's name, from CONFDIR/me */
void inboundstart_name(struct inbound *, const char *confdir);
/*
 * inboundstart_chains - next links, to be run whenever they are needed
 *
 * next     as handover_init(); at most one for a process
 * confdir  the messages of our own people are completed by its rules,
 *          handdown_fix(); NULL: they are not
 */
void inboundstart_chains(struct inbound *, char *const next[],
    unsigned n_chains, const char *confdir);
/*
 * inboundstart_confine - what is not needed any more is given up, hardening(7)
 *
 * Left are the tables, large messages, what the system says of its users, and
 * whether there are Maildirs at all, where folders do not count their links.
 * lists, maildirs  NULL: there are none
 */
void inboundstart_confine(struct inbound *, const char *confdir,
    const char *lists, const char *maildirs);

#endif
