#include "tls/suites.h"
#include <string.h>

enum { AEAD = 6, PAIR = 2 }; /* those before CBC; an ECDSA and an RSA one */

static const struct suite {
	uint16_t number;
	const char *name;
} suites[SUITES_MAX] = {
	{ 0xC02B, "ECDHE-ECDSA-AES128-GCM-SHA256" }, /* RFC 5289 */
	{ 0xC02F, "ECDHE-RSA-AES128-GCM-SHA256" },
	{ 0xCCA9, "ECDHE-ECDSA-CHACHA20-POLY1305" }, /* RFC 7905 */
	{ 0xCCA8, "ECDHE-RSA-CHACHA20-POLY1305" },
	{ 0xC02C, "ECDHE-ECDSA-AES256-GCM-SHA384" },
	{ 0xC030, "ECDHE-RSA-AES256-GCM-SHA384" },
	{ 0xC023, "ECDHE-ECDSA-AES128-SHA256" },
	{ 0xC027, "ECDHE-RSA-AES128-SHA256" },
	{ 0xC024, "ECDHE-ECDSA-AES256-SHA384" },
	{ 0xC028, "ECDHE-RSA-AES256-SHA384" },
};

size_t
suites_of(int aes_fast, int modern, uint16_t out[SUITES_MAX])
{
	size_t i, n = modern ? AEAD : SUITES_MAX;
	uint16_t aes;

	for (i = 0; i < n; i++)
		out[i] = suites[i].number;
	for (i = 0; i < PAIR && !aes_fast; i++) {
		aes = out[i];
		out[i] = out[i + PAIR];
		out[i + PAIR] = aes;
	}
	return n;
}

const char *
suites_name(uint16_t number)
{
	size_t i;

	for (i = 0; i < SUITES_MAX; i++)
		if (suites[i].number == number)
			return suites[i].name;
	return "other";
}
