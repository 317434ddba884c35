#include "route/relayword.h"
#include "tap.h"
#include <string.h>

int
main(void)
{
	static const struct {
		const char *word, *want; /* NULL: it is none */
	} c[] = { { "192.0.2.9:1080", "192.0.2.9/1080/192.0.2.9" },
		{ "[2001:db8::9]:65535", "2001:db8::9/65535/2001:db8::9" },
		{ "192.0.2.9:65536", NULL }, { "192.0.2.9:0", NULL },
		{ "192.0.2.9", NULL }, { "2001:db8::9:25", NULL },
		{ "[192.0.2.9]:25", NULL }, { "relay.example:25", NULL },
		{ "[]:25", NULL }, { ":25", NULL }, { "", NULL },
		{ "192.0.2.9:", NULL }, { "192.0.2.9:1080 ", NULL } };
	char out[RELAYWORD_MAX];
	size_t i;

	for (i = 0; i < sizeof c / sizeof *c; i++) {
		strcpy(out, "none");
		is_num(relayword(c[i].word, strlen(c[i].word), out),
		    c[i].want == NULL ? -1 : 0, c[i].word);
		is_str(out, c[i].want == NULL ? "none" : c[i].want,
		    "as a job has it");
	}
	return done();
}
