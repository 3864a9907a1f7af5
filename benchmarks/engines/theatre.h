// What both C++ engines share: random streams (Philox4x32-10, as Counterpoise reads them), parameters and the theatre.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace {
enum Kind { CAPTURE, RECAPTURE, CAMPAIGN_START, CAMPAIGN_END, PATRON_EXIT, RESCUE, REGIME_END };
enum Mode { SURVIVES, DEFEAT, FLIGHT, COUP, SETTLEMENT };
constexpr int FLAG_DAYS = 180;

inline void philox(uint64_t key, uint64_t m, uint64_t n, uint32_t out[4]) {
  uint32_t c0 = n, c1 = n >> 32, c2 = m, c3 = m >> 32, k0 = key, k1 = key >> 32;
  for (int r = 0; r < 10; ++r) {
    uint64_t p0 = 0xD2511F53ull * c0, p1 = 0xCD9E8D57ull * c2;
    uint32_t a = uint32_t(p1 >> 32) ^ c1 ^ k0, b = uint32_t(p0 >> 32) ^ c3 ^ k1;
    c1 = uint32_t(p1); c3 = uint32_t(p0); c0 = a; c2 = b;
    k0 += 0x9E3779B9u; k1 += 0xBB67AE85u;
  }
  out[0] = c0; out[1] = c1; out[2] = c2; out[3] = c3;
}
inline double unit(uint32_t a, uint32_t b) {
  return (double(((uint64_t(a) << 32) | b) >> 11) + 0.5) * (1.0 / 9007199254740992.0);
}
inline double uniform(uint64_t key, uint64_t m, uint64_t n) {
  uint32_t x[4]; philox(key, m, n, x); return unit(x[0], x[1]);
}
inline double exponential(uint64_t key, uint64_t m, uint64_t n) { return -std::log(uniform(key, m, n)); }
inline double normal(uint64_t key, uint64_t m, uint64_t n) {
  uint32_t x[4]; philox(key, m, n, x);
  return std::sqrt(-2.0 * std::log(unit(x[0], x[1]))) * std::cos(2.0 * M_PI * unit(x[2], x[3]));
}
}  // namespace

extern "C" {

// Parameters, in this order; by_cpp.py writes them so.
struct Numbers {
  double loss0, any, share, threat, size, duration, sg, wd, rf, sr, cap, cap_any, cap_lost;
  double re0, re_share, re_rf, re_sg, re_sr, re_m, re_mg, re_held, rescue0, rescue_m;
  double sd_u, sd_v, sd_w, redraw, start, end, selection, coup, settlement, exit, c_sg, c_wd, p_flight;
};
struct Theatre {
  int32_t n, parties, patrons, capital, days;
  const int32_t *start, *near, *taken;
  const double *population, *threat;
  const int8_t *presses, *takes, *holder, *level_do, *level_seen, *wd_do, *wd_seen, *rf, *sr;
  const uint64_t *key_loss, *key_re, *key_taker, *key_exit, *single;
  const double *u, *v, *k, *w;
};
// Streams in `single`: redraw, intensity, start, end, case, recapture, rescue, coup, settlement, mode.
}  // extern "C"
