// The theatre in C++: one member after the other, day by day, every site looked at once a day. Reads the same random streams as
// Counterpoise and writes the same events. Built by by_cpp.py with -O3 -march=native -ffp-contract=off: without the last, fused
// multiply-adds round otherwise and a few events move by a day.
#include "theatre.h"

extern "C" {

// Runs members 0 to m - 1. events: rows of (member, day, kind, site, party, loser), room for `room` rows.
// Returns the number of events; those beyond the room are counted and not written.
int64_t run(const Numbers *pp, const Theatre *tt, int32_t members, int32_t *events, int64_t room, int32_t *end_day,
            int8_t *end_mode) {
  const Numbers &p = *pp; const Theatre &t = *tt;
  const int n = t.n;
  const double decay = std::pow(0.5, 1.0 / 7.0);
  std::vector<int8_t> holder(n), next(n);
  std::vector<int32_t> taken(n), n_loss(n), n_re(n), gone(t.patrons);
  std::vector<double> rate(n), ours(n), clock(n), bell(n), clock_re(n), bell_re(n), exit_clock(t.patrons),
      exit_bell(t.patrons), weight(t.parties);
  int64_t found = 0;
  const uint64_t *S = t.single;
  for (int32_t m = 0; m < members; ++m) {
    auto note = [&](int day, int kind, int site, int party, int loser) {
      if (found < room) {
        int32_t *e = events + 6 * found;
        e[0] = m; e[1] = day; e[2] = kind; e[3] = site; e[4] = party; e[5] = loser;
      }
      ++found;
    };
    double u = t.u[m], v = t.v[m], w = t.w[m];
    const double k = t.k[m];
    for (int i = 0; i < n; ++i) {
      holder[i] = t.holder[i]; taken[i] = t.taken[i]; clock[i] = clock_re[i] = 0.0; n_loss[i] = n_re[i] = 0;
      bell[i] = exponential(t.key_loss[i], m, 0); bell_re[i] = exponential(t.key_re[i], m, 0);
    }
    for (int j = 0; j < t.patrons; ++j) {
      gone[j] = 1 << 30; exit_clock[j] = 0.0; exit_bell[j] = exponential(t.key_exit[j], m, 0);
    }
    double lost_share = 0.0;
    auto refresh = [&]() {
      int lost = 0;
      for (int i = 0; i < n; ++i) lost += holder[i] != 0;
      lost_share = double(lost) / n;
      for (int i = 0; i < n; ++i) {
        const int a = t.start[i], b = t.start[i + 1];
        ours[i] = 0.0;
        if (holder[i] != 0) {
          rate[i] = 0.0;
          if (t.presses[holder[i]]) {
            int c = 0;
            for (int j = a; j < b; ++j) c += holder[t.near[j]] == 0;
            if (c > 0) ours[i] = double(c) / (b - a);
          }
          continue;
        }
        double threat = 0.0;
        for (int q = 1; q < t.parties; ++q) threat = std::max(threat, t.threat[i * t.parties + q]);
        int c = 0;
        for (int j = a; j < b; ++j) c += t.presses[holder[t.near[j]]];
        const double share = b > a ? double(c) / (b - a) : 0.0, touched = share > 0.0 ? 1.0 : 0.0;
        double eta = p.loss0 + p.any * touched + p.share * share + p.threat * threat +
                     p.size * (0.5 * std::log(std::max(t.population[i], 1.0) / 50.0));
        if (i == t.capital) eta += p.cap + p.cap_any * touched + p.cap_lost * lost_share + k;
        rate[i] = std::exp(eta);
      }
    };
    refresh();
    bool campaign = true;
    int began = 0, rescued = 0, flag = 0, nth_start = 0, nth_end = 0, nth_redraw = 0, nth_rescue = 0, end = 0, last = 0;
    double selection = 0.0, lost = 0.0, back = 0.0;
    double c_start = 0, c_end = 0, c_redraw = 0, c_rescue = 0, c_coup = 0, c_peace = 0;
    double b_redraw = exponential(S[0], m, 0), b_start = exponential(S[2], m, 0), b_end = exponential(S[3], m, 0);
    double b_rescue = exponential(S[6], m, 0);
    const double b_coup = exponential(S[7], m, 0), b_peace = exponential(S[8], m, 0);
    const double redraw = -std::log(1.0 - p.redraw);
    for (int day = 1; day <= t.days; ++day) {
      double part_of_day = 2.0;
      if (campaign) {
        double wd_do = t.wd_do[day], wd_seen = t.wd_seen[day], rf = t.rf[day], sr = t.sr[day];
        if (flag > day) wd_do = wd_seen = 1.0;
        if (rescued > day) { wd_do = wd_seen = 0.0; rf = 1.0; }
        double sg_do = 0.0, sg_seen = 0.0;
        for (int j = 0; j < t.patrons; ++j)
          if (gone[j] > day) {
            sg_do = std::max(sg_do, double(t.level_do[j * (t.days + 1) + day]));
            sg_seen = std::max(sg_seen, double(t.level_seen[j * (t.days + 1) + day]));
          }
        if (rescued > day) { sg_do = std::max(sg_do, 2.0); sg_seen = std::max(sg_seen, 2.0); }
        const double sg = p.c_sg * sg_do + (1.0 - p.c_sg) * sg_seen, wd = p.c_wd * wd_do + (1.0 - p.c_wd) * wd_seen;
        const double common = std::exp((u + selection) + w + p.duration * std::log(1.0 + (day - began) / 30.0) +
                                       p.sg * sg + p.wd * wd + p.rf * rf + p.sr * sr);
        const double common_re = std::exp(p.re0 + v + p.re_rf * rf + p.re_sg * sg + p.re_sr * sr +
                                          p.re_m * std::log(1.0 + 20.0 * lost) + p.re_mg * std::log(1.0 + 20.0 * back));
        bool changed = false;
        for (int i = 0; i < n; ++i) {
          next[i] = holder[i];
          if (holder[i] == 0) {
            const double step = rate[i] * common;
            clock[i] += step;
            if (clock[i] >= bell[i]) {
              if (i == t.capital) {
                const double part = (bell[i] - (clock[i] - step)) / step;
                if (part < part_of_day) {
                  part_of_day = part;
                  end = uniform(S[9], m, 0) < p.p_flight ? FLIGHT : DEFEAT;
                }
              }
              ++n_loss[i];
              clock[i] = 0.0;
              bell[i] = exponential(t.key_loss[i], m, n_loss[i]);
              std::fill(weight.begin(), weight.end(), 0.0);
              for (int j = t.start[i]; j < t.start[i + 1]; ++j) weight[holder[t.near[j]]] += 1.0;
              double total = 0.0;
              for (int q = 1; q < t.parties; ++q)
                total += weight[q] = (weight[q] + t.threat[i * t.parties + q]) * t.takes[q];
              if (total == 0.0) {
                for (int j = 0; j < n; ++j) weight[holder[j]] += 1.0;
                for (int q = 1; q < t.parties; ++q)
                  total += weight[q] = (weight[q] + 1.0) * t.takes[q] * t.presses[q];
              }
              double mark = uniform(t.key_taker[i], m, n_loss[i]) * total;
              next[i] = t.parties - 1;
              for (int q = 1; q < t.parties; ++q) {
                mark -= weight[q];
                if (mark < 0.0) { next[i] = q; break; }
              }
              changed = true;
            }
          } else if (ours[i] > 0.0) {
            clock_re[i] += common_re * std::exp(p.re_share * ours[i] + p.re_held * std::log(1.0 + (day - taken[i]) / 7.0));
            if (clock_re[i] >= bell_re[i]) {
              ++n_re[i];
              clock_re[i] = 0.0;
              bell_re[i] = exponential(t.key_re[i], m, n_re[i]);
              next[i] = 0;
              changed = true;
            }
          }
        }
        lost *= decay; back *= decay;
        c_redraw += redraw;
        if (c_redraw >= b_redraw) {
          ++nth_redraw; c_redraw = 0.0; b_redraw = exponential(S[0], m, nth_redraw);
          w = p.sd_w * normal(S[1], m, nth_redraw);
        }
        c_rescue += std::exp(p.rescue0 + p.rescue_m * std::log(1.0 + 20.0 * lost));
        if (c_rescue >= b_rescue) {
          ++nth_rescue; c_rescue = 0.0; b_rescue = exponential(S[6], m, nth_rescue);
          rescued = day + 1 + FLAG_DAYS;
          note(day, RESCUE, -1, -1, -1);
        }
        if (changed) {
          for (int i = 0; i < n; ++i) {
            if (next[i] == holder[i]) continue;
            note(day, next[i] == 0 ? RECAPTURE : CAPTURE, i, next[i], holder[i]);
            if (next[i] == 0) { back += 1.0 / n; clock[i] = 0.0; } else { lost += 1.0 / n; clock_re[i] = 0.0; }
            taken[i] = day; holder[i] = next[i];
          }
          refresh();
        }
        c_end += p.end;
        if (c_end >= b_end) {
          ++nth_end; c_end = 0.0; b_end = exponential(S[3], m, nth_end);
          campaign = false;
          note(day, CAMPAIGN_END, -1, -1, -1);
        }
      } else {
        c_start += p.start;
        if (c_start >= b_start) {
          ++nth_start; c_start = 0.0; b_start = exponential(S[2], m, nth_start);
          campaign = true; began = day; lost = back = 0.0; selection = p.selection;
          u = p.sd_u * normal(S[4], m, nth_start); v = p.sd_v * normal(S[5], m, nth_start);
          ++nth_redraw; w = p.sd_w * normal(S[1], m, nth_redraw);
          note(day, CAMPAIGN_START, -1, -1, -1);
        }
      }
      for (int j = 0; j < t.patrons; ++j) {
        const int level = t.level_do[j * (t.days + 1) + day];
        if (gone[j] > day && level > 0) {
          exit_clock[j] += p.exit;
          if (exit_clock[j] >= exit_bell[j]) {
            gone[j] = day + 1;
            if (level >= 2) flag = day + 1 + FLAG_DAYS;
            note(day, PATRON_EXIT, -1, j, -1);
          }
        }
      }
      c_coup += p.coup;
      if (c_coup >= b_coup) {
        const double part = (b_coup - (c_coup - p.coup)) / p.coup;
        if (part < part_of_day) { part_of_day = part; end = COUP; }
      }
      c_peace += p.settlement;
      if (c_peace >= b_peace) {
        const double part = (b_peace - (c_peace - p.settlement)) / p.settlement;
        if (part < part_of_day) { part_of_day = part; end = SETTLEMENT; }
      }
      if (part_of_day < 2.0) {
        last = day;
        note(day, REGIME_END, t.capital, end, -1);
        break;
      }
    }
    end_day[m] = last; end_mode[m] = int8_t(end);
  }
  return found;
}
}
