#ifndef RECV_CERTS_H
#define RECV_CERTS_H

#include "conf/conffile.h"
#include "conf/lookup.h"
#include "conf/word.h"

/*
 * The file certs, conf(5): certificates of clients that are logins, one a line
 *
 *   FINGERPRINT LOGIN
 *
 * the SHA-256 of the certificate, 64 hexadecimal digits, with colons between
 * or without.  Record: key its 32 bytes, data the login.  Who has the key of
 * such a certificate needs no authority that says who he is.
 */
enum { CERTS_LEN = 32 };

extern const struct conffile conffile_certs;

/* the login of a certificate, valid as long as the table: 1, 0: it is none,
 * -1: the table cannot be read now */
int certs_login(const struct lookup *, const unsigned char cert[CERTS_LEN],
    struct slice *login);

#endif
