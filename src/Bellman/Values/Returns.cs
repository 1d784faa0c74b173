using System.Numerics;

namespace Bellman;

/// <summary>Discounted sums of rewards, whole or cut short by a value.</summary>
public static class Returns
{
    /// <summary>G_t = r_t + γ·G_{t+1} within an episode.</summary>
    /// <param name="rewards">r_t, <c>[steps]</c>.</param>
    /// <param name="ended">1 where the episode ended after the step.</param>
    /// <param name="bootstrap">V of the observation after the last step; not used if the last step ended an episode.</param>
    /// <param name="gamma">The discount γ in [0, 1].</param>
    /// <param name="returns">Receives G_t, <c>[steps]</c>.</param>
    /// <exception cref="ArgumentException">The lengths differ, or γ lies outside [0, 1].</exception>
    public static void Discounted<T>(ReadOnlySpan<T> rewards, ReadOnlySpan<byte> ended, T bootstrap, T gamma, Span<T> returns) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Arguments.Check(rewards.Length, 1, ended.Length, returns.Length);
        Arguments.CheckFraction(gamma, nameof(gamma));
        var following = bootstrap;
        for (var t = rewards.Length - 1; t >= 0; t--)
        {
            following = rewards[t] + (ended[t] != 0 ? T.Zero : gamma * following);
            returns[t] = following;
        }
    }

    /// <summary>λ-returns: G_t = r_t + γ·((1 − λ)·V(s_{t+1}) + λ·G_{t+1}) within an episode.</summary>
    /// <param name="rewards">r_t, <c>[steps]</c>.</param>
    /// <param name="values">V(s_t) and, last, V of the observation after the last step, <c>[steps + 1]</c>.</param>
    /// <param name="ended">1 where the episode terminated after the step.</param>
    /// <param name="gamma">The discount γ in [0, 1].</param>
    /// <param name="lambda">λ in [0, 1].</param>
    /// <param name="returns">Receives G_t, <c>[steps]</c>.</param>
    /// <remarks>Sutton and Barto 2018, section 12.1.</remarks>
    /// <exception cref="ArgumentException">The lengths differ, or γ or λ lies outside [0, 1].</exception>
    public static void TdLambda<T>(ReadOnlySpan<T> rewards, ReadOnlySpan<T> values, ReadOnlySpan<byte> ended, T gamma, T lambda, Span<T> returns) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Arguments.Check(rewards.Length, 1, values.Length - 1, ended.Length, returns.Length);
        Arguments.CheckFraction(gamma, nameof(gamma));
        Arguments.CheckFraction(lambda, nameof(lambda));
        var following = values[^1];
        for (var t = rewards.Length - 1; t >= 0; t--)
        {
            following = rewards[t] + (ended[t] != 0 ? T.Zero : gamma * (((T.One - lambda) * values[t + 1]) + (lambda * following)));
            returns[t] = following;
        }
    }

    /// <summary>
    /// n-step targets: up to n rewards, fewer where an episode or the data ends, and the value of what followed the last of them, discounted by γ to the actual number.
    /// </summary>
    /// <param name="rewards">r_t, <c>[steps]</c>.</param>
    /// <param name="nextValues">V of the observation that followed each step, the final one where an episode was truncated.</param>
    /// <param name="terminated">1 where the task ended after the step: nothing is bootstrapped.</param>
    /// <param name="truncated">1 where the episode was cut off after the step: the sum stops and the final observation's value is bootstrapped.</param>
    /// <param name="n">How many rewards at most.</param>
    /// <param name="gamma">The discount γ in [0, 1].</param>
    /// <param name="targets">Receives the targets, <c>[steps]</c>.</param>
    /// <remarks>Sutton and Barto 2018, section 7.1.</remarks>
    /// <exception cref="ArgumentException">The lengths differ, n is not positive, or γ lies outside [0, 1].</exception>
    public static void NStep<T>(ReadOnlySpan<T> rewards, ReadOnlySpan<T> nextValues, ReadOnlySpan<byte> terminated, ReadOnlySpan<byte> truncated, int n, T gamma, Span<T> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Arguments.Check(rewards.Length, 1, nextValues.Length, terminated.Length, truncated.Length, targets.Length);
        Arguments.CheckFraction(gamma, nameof(gamma));
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        for (var t = 0; t < rewards.Length; t++)
        {
            var (sum, discount, step) = (T.Zero, T.One, t);
            while (true)
            {
                sum += discount * rewards[step];
                discount *= gamma;
                if (step - t == n - 1 || step == rewards.Length - 1 || (terminated[step] | truncated[step]) != 0)
                {
                    break;
                }

                step++;
            }

            targets[t] = terminated[step] != 0 ? sum : sum + (discount * nextValues[step]);
        }
    }

    /// <summary>The share of the returns' variance that the predictions explain: 1 − Var[y − ŷ] / Var[y]; 1 is perfect, 0 no better than the mean. NaN if the returns do not vary.</summary>
    /// <param name="predictions">ŷ.</param>
    /// <param name="returns">y.</param>
    /// <param name="valid">0 passes an element over; empty takes all.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double ExplainedVariance<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> returns, ReadOnlySpan<byte> valid = default) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Arguments.Check(predictions.Length, 1, returns.Length);
        double count = 0, sum = 0, errors = 0;
        for (var i = 0; i < returns.Length; i++)
        {
            if (valid.IsEmpty || valid[i] != 0)
            {
                count++;
                sum += double.CreateChecked(returns[i]);
                errors += double.CreateChecked(returns[i]) - double.CreateChecked(predictions[i]);
            }
        }

        var (mean, bias) = (sum / count, errors / count);
        var (variance, residual) = (0.0, 0.0);
        for (var i = 0; i < returns.Length; i++)
        {
            if (valid.IsEmpty || valid[i] != 0)
            {
                var (y, error) = (double.CreateChecked(returns[i]) - mean, double.CreateChecked(returns[i]) - double.CreateChecked(predictions[i]) - bias);
                variance += y * y;
                residual += error * error;
            }
        }

        return variance == 0 ? double.NaN : 1 - (residual / variance);
    }
}
