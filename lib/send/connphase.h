#ifndef SEND_CONNPHASE_H
#define SEND_CONNPHASE_H

#include "send/conn.h"

/*
 * How far a connection has come, in the words of the label phase of job(5):
 * "connect" "greeting" "helo" "starttls" "tls" "auth" "mail" "rcpt" "data"
 * "block" "dot" "idle" "quit".  Only for the parts of conn.h.
 */
const char *connphase(const struct sendconn *);

#endif
