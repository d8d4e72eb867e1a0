/// The largest of some numbers that are not negative; 0 where there are none, NaN where one is.
func largest(_ values: [Double]) -> Double {
  var largest = 0.0
  for value in values where value > largest || value.isNaN { largest = value }
  return largest
}
