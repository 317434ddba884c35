#ifndef SHIP_SHIPTLS_H
#define SHIP_SHIPTLS_H

#include "ship/shipconn.h"

/*
 * TLS of a connection that is waited for, TLS 1.2 or later, by GnuTLS: the only
 * file that includes gnutls/gnutls.h.  The server's certificate must be valid for
 * its host, or its address.  shipconn.h is what programs use.
 *
 * All but shiptls_open() return 0, or -1 with words in why[0..cap).
 */
/* the handshake is done; NULL with words */
void *shiptls_open(int fd, const struct shipconn_to *, int64_t until_ms,
    char *why, size_t cap);
int shiptls_write(void *, const void *, size_t n, int64_t until_ms, char *why,
    size_t cap);
/* how many bytes came; 0: it is over, with the other side's farewell or without */
ssize_t shiptls_read(void *, void *, size_t n, int64_t until_ms, char *why,
    size_t cap);
/* our farewell */
int shiptls_finish(void *, int64_t until_ms, char *why, size_t cap);
/* as shipconn_alive() */
int shiptls_alive(void *);
void shiptls_close(void *);

#endif
