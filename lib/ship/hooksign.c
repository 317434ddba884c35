#include "ship/hooksign.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "crypt/digest.h"
#include "ship/shipline.h"
#include <stdio.h>
#include <string.h>

void
hooksign_id(const struct ship_event *ev, size_t n,
    char out[HOOKSIGN_ID_LEN + 1])
{
	unsigned char hash[DIGEST_LEN];
	struct digest d;
	struct slice eid;
	size_t i;

	digest_init(&d);
	for (i = 0; i < n; i++) {
		shipline_find(ev[i].line, ev[i].len, "eid", &eid);
		digest_add(&d, eid.p, eid.n);
		digest_add(&d, "\n", 1);
	}
	digest_end(&d, hash);
	memcpy(out, "msg_", 4);
	for (i = 0; i < 16; i++)
		ascii_hex(out + 4 + 2 * i, hash[i]);
	out[HOOKSIGN_ID_LEN] = '\0';
}

/* its bytes in key; how many, -1: it is none */
static long
key_of(const char *p, size_t n, unsigned char key[HOOKSIGN_KEY_MAX])
{
	long len;

	if (n > 6 && memcmp(p, "whsec_", 6) == 0) {
		len = base64_get(p + 6, n - 6, key, HOOKSIGN_KEY_MAX);
	} else {
		len = n > HOOKSIGN_KEY_MAX ? -1 : (long)n;
		if (len != -1)
			memcpy(key, p, n);
	}
	return len < HOOKSIGN_KEY_MIN ? -1 : len;
}

static int
put_one(struct buf *b, const unsigned char *key, size_t n, struct buf *text,
    unsigned before)
{
	unsigned char mac[DIGEST_LEN];

	digest_hmac(key, n, buf_data(text), buf_len(text), mac);
	return buf_puts(b, before > 0 ? " v1," : "v1,") == -1
	    ? -1
	    : base64_put(b, mac, sizeof mac);
}

static int
put_all(struct buf *b, const char *secret, struct buf *text)
{
	unsigned char key[HOOKSIGN_KEY_MAX];
	unsigned count = 0;
	size_t n;
	long len;
	int bad = 0;

	for (; *secret != '\0' && !bad;
	     secret += n + strspn(secret + n, "\r\n")) {
		n = strcspn(secret, "\r\n");
		if (n == 0 || secret[0] == '#')
			continue;
		len = key_of(secret, n, key);
		bad = len == -1 || count == HOOKSIGN_KEYS_MAX ||
		    put_one(b, key, (size_t)len, text, count) == -1;
		count++;
	}
	explicit_bzero(key, sizeof key);
	return bad || count == 0 ? -1 : 0;
}

int
hooksign_put(struct buf *b, const char *secret, const char *id, int64_t now_s,
    const char *body, size_t n)
{
	struct buf text = { 0 };
	size_t before = buf_len(b);
	int bad = buf_printf(&text, "%s.%lld.", id, (long long)now_s) == -1 ||
	    buf_put(&text, body, n) == -1 || put_all(b, secret, &text) == -1;

	buf_free(&text);
	if (!bad)
		return 0;
	b->end = b->off + before;
	return -1;
}
