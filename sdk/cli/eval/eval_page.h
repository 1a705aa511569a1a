// A report as one HTML page with curves, which needs nothing else.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "command_line.h"

namespace visavis::cli {

struct CurvePoint {
  double x = 0, y = 0;
  std::optional<std::pair<double, double>> bounds = {};  // of y: drawn as a band
};

struct Curve {
  std::string name;
  std::vector<CurvePoint> points;  // by x
};

// With logarithmic axes, points at 0 are left out.
struct Chart {
  std::string title, x, y;
  bool log_x = false, log_y = false;
  std::vector<Curve> curves;
};

class EvalPage {
 public:
  explicit EvalPage(std::string title);
  void add_heading(const std::string& text);
  void add_text(const std::string& text);
  void add_table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows);
  void add_chart(const Chart& chart);
  std::string html() const;

 private:
  std::string title_, body_;
};

// "12.3 %", "0.0041 %": a rate with three digits that count. "–" for none.
std::string percent(const std::optional<double>& rate);

// --report, the same for every command that measures.
void add_report_option(Command* command, std::string& report);
// Asked before the work: WrongUse unless the ending is .html; a Failure if the file is there, or cannot be.
void check_report_place(const std::string& report);
// Does nothing if no report was asked for.
void write_page(const std::string& report, const EvalPage& page);

}  // namespace visavis::cli
