#include "ship/eid.h"
#include "tap.h"

static const char *
eid(const char *line)
{
	static char out[EID_LEN + 1];

	eid_make(line, strlen(line), out);
	return out;
}

/* one end, with all that is known of it, and as it is said again */
static void
ends(void)
{
	/* printf 'ts:2026-11-22T01:02:03\tev:sent\tid:x\tn:0' | sha256sum */
	static const char want[] = "ca5104a0e046d5887009674754e727f5";
	static const char *const same[] = {
		"ts:2026-11-22T01:02:03.456789Z\tev:sent\tprog:queue-run\tid:x"
		"\tn:0\tfrom:a@b\ttry:3\tdelay:0.087\tcode:250\tid:y\tn:1",
		"2026-11-22T01:02:03.45678 ts:2026-11-22T01:02:03.000000Z"
		"\tev:sent\tprog:queue-run\tid:x\tn:0\treplay:1",
		"ts:2026-11-22T01:02:03.999999Z\tid:x\tn:0\tev:sent",
	};
	static const char *const others[] = {
		"ts:2026-11-22T01:02:04.456789Z\tev:sent\tid:x\tn:0",
		"ts:2026-11-22T01:02:03.456789Z\tev:bounced\tid:x\tn:0",
		"ts:2026-11-22T01:02:03.456789Z\tev:sent\tid:xy\tn:0",
		"ts:2026-11-22T01:02:03.456789Z\tev:sent\tid:x\tn:00",
		"ts:2026-11-22T01:02:03.456789Z\tev:sent\tid:x",
		"ts:2026-11-22T01:02:03.456789Z\tev:sent\tn:0",
		"ts:2026-11-22T01:02:03.456789Z\tev:sent\tid:\tn:0",
		"ts:2026-11-22T01:02:03.456789Z\tev:deferred\tid:x\tn:0",
		"tx:2026-11-22T01:02:03.456789Z\tev:sent\tid:x\tn:0",
		"ts:1\tev:sent\tid:x\tn:",
		"ts:1\tev:sent\tid:x\tn:0",
	};
	static const char *const kinds[] = { "sent", "bounced", "expired",
		"deleted" };
	char full[99], again[99], first[EID_LEN + 1];
	size_t i;

	for (i = 0; i < sizeof same / sizeof *same; i++)
		is_str(eid(same[i]), want, "an end");
	for (i = 0; i < sizeof others / sizeof *others; i++)
		ok(strcmp(eid(others[i]), want) != 0, "is another event");
	for (i = 0; i < 4; i++) {
		snprintf(full, sizeof full,
		    "ts:2026-11-22T01:02:03.1Z\tev:%s\tid:x\tn:7\tmore:1",
		    kinds[i]);
		snprintf(again, sizeof again,
		    "ts:2026-11-22T01:02:03.0Z\tev:%s\tid:x\tn:7\treplay:1",
		    kinds[i]);
		strcpy(first, eid(full));
		is_str(eid(again), first, kinds[i]);
	}
}

int
main(void)
{
	/* printf '%s' 'ts:...' | sha256sum | cut -c1-32 */
	static const char event[] =
	    "ts:2026-11-22T01:02:03.456789Z\tev:held\tprog:queue-run\tid:x\tn:0";
	static const char want[] = "45f938d72a972576b88e96de3ace4804";
	static const char own[] = "\teid:0123456789abcdef0123456789abcdef";
	char line[300], other[EID_LEN + 1];

	is_str(eid(event), want, "of an event");
	snprintf(line, sizeof line, "2026-11-22T01:02:03.45678 %s", event);
	is_str(eid(line), want, "the logger's time is no part of it");
	snprintf(line, sizeof line, "2026-11-22_01:02:03.45678 %s", event);
	is_str(eid(line), want, "in its other form");
	snprintf(line, sizeof line, "@400000006565656512345678 %s", event);
	is_str(eid(line), want, "and as TAI64N");
	snprintf(line, sizeof line, "%s\treplay:1", event);
	is_str(eid(line), want, "nor is replay at the end");
	snprintf(line, sizeof line, "%.*s\treplay:1%s", 30, event, event + 30);
	is_str(eid(line), want, "nor in the middle");
	snprintf(line, sizeof line, "%s\treplayed:1", event);
	ok(strcmp(eid(line), want) != 0, "another label is");
	snprintf(line, sizeof line, "%s1", event);
	ok(strcmp(eid(line), want) != 0, "so is each byte");
	snprintf(line, sizeof line, "%s%s\treplay:1", event, own);
	is_str(eid(line), own + 5, "a line's own is kept");
	snprintf(line, sizeof line, "%s%s", event, own);
	is_str(eid(line), own + 5, "at its end, too");
	snprintf(line, sizeof line, "%s%s0", event, own);
	ok(strcmp(eid(line), "0123456789abcdef0123456789abcdef") != 0,
	    "one that is too long is none");
	snprintf(line, sizeof line, "%s\teid:0123456789ABCDEF0123456789abcdef",
	    event);
	ok(strcmp(eid(line) + 16, "0123456789abcdef") != 0,
	    "nor is one in capitals");
	ends();
	strcpy(other, eid("2026-11-22T01:02:03.45678 smtp-recv: info: ready"));
	ok(strcmp(other,
	       eid("2026-11-22T01:02:03.45679 smtp-recv: info: ready")) != 0,
	    "of a diagnostic the logger's time counts");
	is_num((long long)strlen(eid("")), EID_LEN, "an empty line has one");
	is_num((long long)strlen(eid("\treplay:")), EID_LEN,
	    "so has a line that is only replay");
	ok(eid_ok(want, 32), "is one");
	ok(!eid_ok(want, 31), "too short");
	ok(!eid_ok("0123456789abcdef0123456789abcdeg", 32), "not hexadecimal");
	return done();
}
