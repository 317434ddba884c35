#include "ship/hooksign.h"
#include "base/base64.h"
#include "crypt/digest.h"
#include "tap.h"
#include <stdlib.h>

#define KEY "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
/* the example of the specification's libraries */
static const char id[] = "msg_p5jXN8AQM9LWM0D4loKWxJek",
		  body[] = "{\"test\": 2432232314}",
		  signature[] =
		      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

static const struct {
	const char *name, *secret;
	int signatures; /* -1: it is none */
} t[] = {
	{ "the example", "whsec_" KEY, 1 },
	{ "lines", "# old\nwhsec_" KEY "\r\n\n\nwhsec_" KEY "\n", 2 },
	{ "plain", "correct horse battery staple", 1 },
	{ "24 bytes", "123456789012345678901234", 1 },
	{ "23 bytes", "12345678901234567890123", -1 },
	{ "23 bytes in base64", "whsec_MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM=", -1 },
	{ "no base64", "whsec_" KEY "!", -1 },
	{ "nothing", "\n# x\n", -1 },
	{ "nothing at all", "", -1 },
	{ "8",
	    KEY "\n" KEY "\n" KEY "\n" KEY "\n" KEY "\n" KEY "\n" KEY "\n" KEY,
	    8 },
	{ "9",
	    KEY "\n" KEY "\n" KEY "\n" KEY "\n" KEY "\n" KEY "\n" KEY "\n" KEY
		"\n" KEY,
	    -1 },
};

static int
count(const char *p)
{
	int n = 0;

	for (; (p = strstr(p, "v1,")) != NULL; p++)
		n++;
	return n;
}

int
main(void)
{
	static char large[HOOKSIGN_KEY_MAX + 2];
	const struct ship_event ev[] = { { "eid:a\tev:x", 10 },
		{ "eid:b\tev:x", 10 } };
	char one[HOOKSIGN_ID_LEN + 1], two[HOOKSIGN_ID_LEN + 1];
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		buf_clear(&b);
		is_num(hooksign_put(&b, t[i].secret, id, 1614265330, body,
			   sizeof body - 1),
		    t[i].signatures == -1 ? -1 : 0, t[i].name);
		buf_putc(&b, '\0');
		is_num(count(buf_data(&b)),
		    t[i].signatures == -1 ? 0 : t[i].signatures, t[i].name);
		if (i == 0)
			is_str(buf_data(&b), signature, "that of others");
	}
	memset(large, 'x', sizeof large);
	large[HOOKSIGN_KEY_MAX] = '\0';
	is_num(hooksign_put(&b, large, id, 1, "", 0), 0, "HOOKSIGN_KEY_MAX");
	large[HOOKSIGN_KEY_MAX] = 'x';
	large[HOOKSIGN_KEY_MAX + 1] = '\0';
	is_num(hooksign_put(&b, large, id, 1, "", 0), -1, "one more");
	hooksign_id(ev, 2, one);
	hooksign_id(ev, 2, two);
	is_str(one, two, "the same events have the same id");
	hooksign_id(ev, 1, two);
	ok(strcmp(one, two) != 0, "others have another one");
	is_num(strlen(one), HOOKSIGN_ID_LEN, "so long");
	buf_free(&b);
	return done();
}
