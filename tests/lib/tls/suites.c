/* tls/suites: order and names */
#include "tls/suites.h"
#include "tap.h"

static void
order(int aes_fast, int modern, const char *want, const char *name)
{
	uint16_t s[SUITES_MAX];
	size_t i, n = suites_of(aes_fast, modern, s);
	char t[SUITES_MAX * 5 + 1] = "";

	for (i = 0; i < n; i++)
		sprintf(t + 5 * i, "%04X ", (unsigned)s[i]);
	is_str(t, want, name);
}

static void
names(void)
{
	uint16_t s[SUITES_MAX];
	size_t i, n = suites_of(1, 0, s), forward = 0, cbc = 0, known = 0;

	for (i = 0; i < n; i++) {
		const char *t = suites_name(s[i]);

		known += strcmp(t, "other") != 0;
		forward += strncmp(t, "ECDHE-", 6) == 0;
		cbc += strstr(t, "GCM") == NULL && strstr(t, "CHACHA") == NULL;
	}
	is_num((long long)known, SUITES_MAX, "each has a name");
	is_num((long long)forward, SUITES_MAX, "each has forward secrecy");
	is_num((long long)cbc, 4, "and four are CBC");
	is_str(suites_name(0xC02B), "ECDHE-ECDSA-AES128-GCM-SHA256", "one");
	is_str(suites_name(0xCCA8), "ECDHE-RSA-CHACHA20-POLY1305", "another");
	is_str(suites_name(0x002F), "other", "RSA key exchange is not used");
}

int
main(void)
{
	order(1, 1, "C02B C02F CCA9 CCA8 C02C C030 ", "AES is fast");
	order(0, 1, "CCA9 CCA8 C02B C02F C02C C030 ", "AES is slow");
	order(1, 0,
	    "C02B C02F CCA9 CCA8 C02C C030 "
	    "C023 C027 C024 C028 ",
	    "CBC behind");
	order(0, 0,
	    "CCA9 CCA8 C02B C02F C02C C030 "
	    "C023 C027 C024 C028 ",
	    "also there");
	names();
	return done();
}
