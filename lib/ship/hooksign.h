#ifndef SHIP_HOOKSIGN_H
#define SHIP_HOOKSIGN_H

#include "base/buf.h"
#include "ship/batch.h"
#include <stdint.h>

/*
 * Requests signed as Standard Webhooks has it, by HMAC-SHA-256 over
 * "ID.SECONDS.BODY": who has the secret sees that it is from us, of now, and
 * whole.  The fields are webhook-id, webhook-timestamp and webhook-signature.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * Pure.
 */
enum {
	HOOKSIGN_ID_LEN = 36,  /* "msg_" and 32 hexadecimal digits */
	HOOKSIGN_KEYS_MAX = 8, /* lines of a secret, a signature each */
	HOOKSIGN_KEY_MIN = 24, /* bytes of one */
	HOOKSIGN_KEY_MAX = 512
};

/* the id of a request, the same for the same events; NUL behind it */
void hooksign_id(const struct ship_event *, size_t n,
    char out[HOOKSIGN_ID_LEN + 1]);
/*
 * hooksign_put - append the value of webhook-signature
 *
 * secret  lines, each a key: whsec_ and base64, or else the line itself; empty
 *         lines and those of '#' do not count.  With several the receiver takes
 *         any, so that a secret can be changed
 *
 * 0, or -1: no memory, or secret is none: no key, too many, too short or long,
 * no base64.
 */
int hooksign_put(struct buf *, const char *secret, const char *id,
    int64_t now_s, const char *body, size_t n);

#endif
