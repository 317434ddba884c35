#include "sendmail/envoption.h"
#include "tap.h"
#include <errno.h>

#define S50 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define S255 S50 S50 S50 S50 S50 "xxxxx"

/* options in turn, each behind a "|", and the lines, or what is wrong with the
 * last */
static const struct {
	const char *options, *lines, *fault;
} cases[] = {
	{ "tag=campaign=spring", "tag campaign=spring\n", NULL },
	{ "tag=a=b|tag=a=c|tag=d=", "tag a=b\ntag a=c\ntag d=\n", NULL },
	{ "tag=a", "", "no NAME=VALUE" },
	{ "tag=a b=c", "", "no NAME=VALUE" },
	{ "tag=a=b\nuid 0", "tag a=b\\nuid 0\n", NULL },
	{ "key=k", "key k\n", NULL },
	{ "key=k|key=l", "key k\n", "stands twice" },
	{ "key=", "", "no text" },
	{ "key=" S255, "key " S255 "\n", NULL },
	{ "key=" S255 "x", "", "a key has 255 bytes at most" },
	{ "tenant=acme", "tenant acme\n", NULL },
	{ "prio=3", "prio 3\n", NULL },
	{ "prio=10", "", "no digit" },
	{ "prio=", "", "no digit" },
	{ "send-at=+2h", "hold-until 1790007200\n", NULL },
	{ "send-at=+30m", "hold-until 1790001800\n", NULL },
	{ "send-at=+3d", "hold-until 1790259200\n", NULL },
	{ "send-at=+366d", "hold-until 1821622400\n", NULL },
	{ "send-at=+367d", "", "no time: say 2026-12-24T18:00:00Z, or +2h" },
	{ "send-at=2h", "", "no time: say 2026-12-24T18:00:00Z, or +2h" },
	{ "send-at=+", "", "no time: say 2026-12-24T18:00:00Z, or +2h" },
	{ "send-at=", "", "no time: say 2026-12-24T18:00:00Z, or +2h" },
	{ "send-at=1800000000", "hold-until 1800000000\n", NULL },
	{ "send-at=2026-12-24T18:00:00Z", "hold-until 1798135200\n", NULL },
	{ "send-at=2026-12-24T18:00:00+01:00", "hold-until 1798131600\n",
	    NULL },
	{ "send-at=2026-12-32T18:00:00Z", "",
	    "no time: say 2026-12-24T18:00:00Z, or +2h" },
	{ "send-at=+1h|send-at=+2h", "hold-until 1790003600\n",
	    "stands twice" },
	{ "send-at=+1h|expire=+2h",
	    "hold-until 1790003600\nexpire 1790007200\n", NULL },
	{ "DeliveryMode=b", "", NULL },
	{ "tag", "", NULL },
	{ "", "", NULL },
};

int
main(void)
{
	struct buf lines = { 0 };
	const char *fault;
	char text[600], *p;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&lines);
		snprintf(text, sizeof text, "%s", cases[i].options);
		fault = NULL;
		for (p = strtok(text, "|"); p != NULL; p = strtok(NULL, "|")) {
			errno = EIO;
			fault = envoption_add(&lines, p, 1790000000);
			is_num(errno, 0, "memory is not out");
		}
		is_str(fault == NULL ? "" : fault,
		    cases[i].fault == NULL ? "" : cases[i].fault,
		    cases[i].options);
		buf_putc(&lines, '\0');
		is_str(buf_data(&lines), cases[i].lines, "its lines");
	}
	buf_free(&lines);
	return done();
}
