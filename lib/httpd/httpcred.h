#ifndef HTTPD_HTTPCRED_H
#define HTTPD_HTTPCRED_H

#include "account/accountwire.h"
#include "httpd/httphead.h"

/*
 * Who asks, as a request says it: the credential of the question to
 * account-check(8).  Pure.
 *
 *   Authorization: Bearer KEY              (RFC 6750 section 2.1)
 *   Authorization: Basic BASE64            NAME:PASSWORD (RFC 7617)
 *   Authorization: HMAC KEYID:TIME:NONCE:SUM
 *   X-Server-API-Key: KEY                  as Postal has it
 */
struct httpcred {
	struct accountwire_question
	    q; /* of WHO, but for the client's address */
	char text[ACCOUNTWIRE_KEY_MAX + ACCOUNTWIRE_PASSWORD_MAX + 512];
};

/* 0; or -1: there is none, or it is none.  The slices are of text and of the
 * head; wiped by httpcred_wipe() */
int httpcred_read(struct httpcred *, const struct httphead *);
void httpcred_wipe(struct httpcred *);
/*
 * httpcred_signed - what a signature is of, http-api(7)
 *
 * sum  SHA-256 of the body
 *
 * Appended to b, and put into the question, which it must outlive.  0, or -1
 * with ENOMEM.
 */
int httpcred_signed(struct httpcred *, struct buf *b, const struct httphead *,
    const unsigned char sum[32]);

#endif
