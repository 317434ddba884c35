#ifndef TLS_BEARNAME_H
#define TLS_BEARNAME_H

#include "tls/tls.h"

/*
 * BearSSL's error numbers in the words of this room.  Its own and those of
 * its judge of certificates are below 256, 256 + n is an alert that was
 * received, 512 + n one that was sent.
 */
enum tls_failure bearname_failure(int err);
/* of an alert that was received or sent its number, else 0 */
unsigned bearname_alert(int err);
/* what happened: "bad record", "alert 40: handshake failure"; returns t */
const char *bearname_text(int err, char t[TLS_TEXT_MAX]);

#endif
