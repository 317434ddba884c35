#include "tlscheck/hello.h"
#include <stddef.h>

static const struct suite {
	uint16_t number;
	unsigned char kind;
	const char *name;
} suites[] = {
	{ 0x1301, HELLO_13, "TLS_AES_128_GCM_SHA256" },
	{ 0x1302, HELLO_13, "TLS_AES_256_GCM_SHA384" },
	{ 0x1303, HELLO_13, "TLS_CHACHA20_POLY1305_SHA256" },
	{ 0xC02B, HELLO_ECDSA, "ECDHE-ECDSA-AES128-GCM-SHA256" },
	{ 0xC02C, HELLO_ECDSA, "ECDHE-ECDSA-AES256-GCM-SHA384" },
	{ 0xCCA9, HELLO_ECDSA, "ECDHE-ECDSA-CHACHA20-POLY1305" },
	{ 0xC0AC, HELLO_ECDSA, "ECDHE-ECDSA-AES128-CCM" },
	{ 0xC0AD, HELLO_ECDSA, "ECDHE-ECDSA-AES256-CCM" },
	{ 0xC023, HELLO_ECDSA, "ECDHE-ECDSA-AES128-SHA256" },
	{ 0xC024, HELLO_ECDSA, "ECDHE-ECDSA-AES256-SHA384" },
	{ 0xC009, HELLO_ECDSA, "ECDHE-ECDSA-AES128-SHA" },
	{ 0xC00A, HELLO_ECDSA, "ECDHE-ECDSA-AES256-SHA" },
	{ 0xC02F, HELLO_RSA, "ECDHE-RSA-AES128-GCM-SHA256" },
	{ 0xC030, HELLO_RSA, "ECDHE-RSA-AES256-GCM-SHA384" },
	{ 0xCCA8, HELLO_RSA, "ECDHE-RSA-CHACHA20-POLY1305" },
	{ 0xC027, HELLO_RSA, "ECDHE-RSA-AES128-SHA256" },
	{ 0xC028, HELLO_RSA, "ECDHE-RSA-AES256-SHA384" },
	{ 0xC013, HELLO_RSA, "ECDHE-RSA-AES128-SHA" },
	{ 0xC014, HELLO_RSA, "ECDHE-RSA-AES256-SHA" },
	{ 0x009E, HELLO_OTHER, "DHE-RSA-AES128-GCM-SHA256" },
	{ 0x009F, HELLO_OTHER, "DHE-RSA-AES256-GCM-SHA384" },
	{ 0xCCAA, HELLO_OTHER, "DHE-RSA-CHACHA20-POLY1305" },
	{ 0x0067, HELLO_OTHER, "DHE-RSA-AES128-SHA256" },
	{ 0x006B, HELLO_OTHER, "DHE-RSA-AES256-SHA256" },
	{ 0x0033, HELLO_OTHER, "DHE-RSA-AES128-SHA" },
	{ 0x0039, HELLO_OTHER, "DHE-RSA-AES256-SHA" },
	{ 0x009C, HELLO_OTHER, "AES128-GCM-SHA256" },
	{ 0x009D, HELLO_OTHER, "AES256-GCM-SHA384" },
	{ 0x003C, HELLO_OTHER, "AES128-SHA256" },
	{ 0x003D, HELLO_OTHER, "AES256-SHA256" },
	{ 0x002F, HELLO_OTHER, "AES128-SHA" },
	{ 0x0035, HELLO_OTHER, "AES256-SHA" },
	{ 0xC008, HELLO_BROKEN, "ECDHE-ECDSA-DES-CBC3-SHA" },
	{ 0xC012, HELLO_BROKEN, "ECDHE-RSA-DES-CBC3-SHA" },
	{ 0x0016, HELLO_BROKEN, "EDH-RSA-DES-CBC3-SHA" },
	{ 0x000A, HELLO_BROKEN, "DES-CBC3-SHA" },
	{ 0xC007, HELLO_BROKEN, "ECDHE-ECDSA-RC4-SHA" },
	{ 0xC011, HELLO_BROKEN, "ECDHE-RSA-RC4-SHA" },
	{ 0x0005, HELLO_BROKEN, "RC4-SHA" },
	{ 0x0004, HELLO_BROKEN, "RC4-MD5" },
	{ 0x0009, HELLO_BROKEN, "DES-CBC-SHA" },
	{ 0xC018, HELLO_BROKEN, "AECDH-AES128-SHA" },
	{ 0xC019, HELLO_BROKEN, "AECDH-AES256-SHA" },
	{ 0x00A6, HELLO_BROKEN, "ADH-AES128-GCM-SHA256" },
	{ 0x00A7, HELLO_BROKEN, "ADH-AES256-GCM-SHA384" },
	{ 0x0034, HELLO_BROKEN, "ADH-AES128-SHA" },
	{ 0x003A, HELLO_BROKEN, "ADH-AES256-SHA" },
	{ 0x003B, HELLO_BROKEN, "NULL-SHA256" },
	{ 0x0002, HELLO_BROKEN, "NULL-SHA" },
	{ 0x0003, HELLO_BROKEN, "EXP-RC4-MD5" },
};
enum { SUITES = sizeof suites / sizeof *suites };
_Static_assert(sizeof suites / sizeof *suites <= HELLO_SUITES_MAX,
    "all of them can be offered");

size_t
hello_suites(unsigned kinds, uint16_t out[HELLO_SUITES_MAX])
{
	size_t i, n = 0;

	for (i = 0; i < SUITES; i++)
		if (suites[i].kind & kinds)
			out[n++] = suites[i].number;
	return n;
}

static const struct suite *
find(uint16_t number)
{
	size_t i;

	for (i = 0; i < SUITES; i++)
		if (suites[i].number == number)
			return &suites[i];
	return NULL;
}

const char *
hello_suite_name(uint16_t number)
{
	const struct suite *s = find(number);

	return s == NULL ? "other" : s->name;
}

unsigned
hello_suite_kind(uint16_t number)
{
	const struct suite *s = find(number);

	return s == NULL ? 0 : s->kind;
}

const char *
hello_version_name(unsigned version)
{
	switch (version) {
	case 0x0300: return "SSL 3";
	case HELLO_TLS10: return "TLS 1.0";
	case HELLO_TLS11: return "TLS 1.1";
	case HELLO_TLS12: return "TLS 1.2";
	case HELLO_TLS13: return "TLS 1.3";
	default: return "another version";
	}
}

const char *
hello_curve_name(unsigned curve)
{
	switch (curve) {
	case 23: return "P-256";
	case 24: return "P-384";
	case 25: return "P-521";
	case 29: return "X25519";
	case 30: return "X448";
	default: return "another curve";
	}
}
